using System.Text;

namespace AdmissionGuard.Tools.Output;

/// <summary>Lets a library that writes text write lines of a terminal.</summary>
/// <param name="write">Takes each line, without its end.</param>
internal sealed class LineWriter(Action<string> write) : TextWriter
{
    private readonly StringBuilder _line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        if (value == '\n')
        {
            FlushLine();
        }
        else
        {
            _line.Append(value);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (_line.Length > 0)
        {
            FlushLine();
        }

        base.Dispose(disposing);
    }

    private void FlushLine()
    {
        write(_line.ToString());
        _line.Clear();
    }
}
