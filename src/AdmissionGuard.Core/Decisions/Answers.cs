using System.Collections.Immutable;

namespace AdmissionGuard.Core.Decisions;

/// <summary>What holds for all <see cref="Answers{TQuestion, TAnswer}"/>.</summary>
internal static class Answers
{
    /// <summary>The maximum number of questions of one kind that one decision asks concurrently.</summary>
    /// <remarks>No accepted request needs that many, but a stored namespace can have any number of references.</remarks>
    public const int MostAtOnce = 16;
}

/// <summary>Questions that one decision asks the cluster, each with its answer.</summary>
/// <typeparam name="TQuestion">What is asked; compared by its own equality.</typeparam>
/// <typeparam name="TAnswer">What is answered.</typeparam>
/// <param name="questions">The questions, each once.</param>
internal sealed class Answers<TQuestion, TAnswer>(ImmutableArray<TQuestion> questions)
    where TQuestion : notnull
{
    private readonly TAnswer[] _answers = new TAnswer[questions.Length];

    private Dictionary<TQuestion, TAnswer>? _byQuestion;

    /// <summary>The questions.</summary>
    public ImmutableArray<TQuestion> Questions => questions;

    /// <summary>Asks all of them, at most <see cref="Answers.MostAtOnce"/> at a time, and waits for the answers.</summary>
    /// <typeparam name="TSource">The type of what answers.</typeparam>
    /// <param name="source">What answers: a parameter, so that <paramref name="ask"/> needs no closure.</param>
    /// <param name="ask">Asks one of them.</param>
    /// <returns>The task, which ends with the last answer.</returns>
    public async Task AskAsync<TSource>(TSource source, Func<TSource, TQuestion, Task<TAnswer>> ask)
    {
        var running = new Task<TAnswer>[questions.Length];
        for (var i = 0; i < running.Length; i++)
        {
            if (i >= Answers.MostAtOnce)
            {
                await running[i - Answers.MostAtOnce];
            }

            running[i] = ask(source, questions[i]);
        }

        for (var i = 0; i < running.Length; i++)
        {
            _answers[i] = await running[i];
        }
    }

    /// <summary>Whether one of the answers is such.</summary>
    /// <param name="match">What it is to be.</param>
    public bool Any(Predicate<TAnswer> match) => Array.Exists(_answers, match);

    /// <summary>The answer to one of the questions.</summary>
    /// <param name="question">The question.</param>
    public TAnswer To(TQuestion question) => questions.Length > Answers.MostAtOnce
        ? (_byQuestion ??= questions.Zip(_answers).ToDictionary(static each => each.First, static each => each.Second))[question]
        : _answers[questions.IndexOf(question)];
}
