using System.Buffers;
using System.IO.MemoryMappedFiles;

namespace AdmissionGuard.Server.Limits;

/// <summary>Memory in one piece that costs what is written to it, and goes back to the kernel when it is disposed of.</summary>
/// <remarks>
/// An array would be the collector's: one that grows is copied, and what is let go stays until a collection, so that no
/// budget could say what the process needs. Here room is reserved without memory behind it; the kernel adds each page
/// when it is first written.
/// </remarks>
internal sealed unsafe class BodyMemory : MemoryManager<byte>
{
    private readonly MemoryMappedFile _file;
    private readonly MemoryMappedViewAccessor _view;
    private readonly int _length;
    private byte* _start;

    /// <summary>Reserves room.</summary>
    /// <param name="length">How much, in bytes.</param>
    public BodyMemory(int length)
    {
        _length = length;
        // Without a name and a file it is anonymous memory (memfd_create on Linux).
        _file = MemoryMappedFile.CreateNew(mapName: null, length);
        _view = _file.CreateViewAccessor(0, length);
        _view.SafeMemoryMappedViewHandle.AcquirePointer(ref _start);
    }

    /// <inheritdoc />
    public override Span<byte> GetSpan() =>
        _start is null ? throw new ObjectDisposedException(nameof(BodyMemory)) : new Span<byte>(_start, _length);

    /// <inheritdoc />
    public override MemoryHandle Pin(int elementIndex = 0) => new(_start + elementIndex);

    /// <inheritdoc />
    public override void Unpin()
    {
        // It does not move.
    }

    /// <inheritdoc />
    protected override void Dispose(bool disposing)
    {
        if (disposing && _start is not null)
        {
            _start = null;
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
            _file.Dispose();
        }
    }
}
