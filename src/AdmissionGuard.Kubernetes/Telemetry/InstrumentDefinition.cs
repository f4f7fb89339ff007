using System.Collections.Immutable;
using System.Diagnostics.Metrics;

namespace AdmissionGuard.Kubernetes.Telemetry;

/// <summary>What is fixed about an instrument.</summary>
/// <param name="Meter">Its meter's name.</param>
/// <param name="Name">Its name. Prometheus gets it with underscores and with the suffixes of its unit and kind.</param>
/// <param name="Unit">Its unit in UCUM; <see langword="null"/> for none.</param>
/// <param name="Description">What it measures.</param>
public abstract record InstrumentDefinition(string Meter, string Name, string? Unit, string Description)
{
    /// <summary>Its tags, in the order of the documentation.</summary>
    public ImmutableArray<Tag> Tags { get; init; } = [];
}

/// <summary>A counter.</summary>
public sealed record CounterDefinition(string Meter, string Name, string? Unit, string Description)
    : InstrumentDefinition(Meter, Name, Unit, Description)
{
    /// <summary>Whether 0 is recorded for all values of its tags when it is created, so that the first increase is visible.</summary>
    public bool StartsAtZero { get; init; }

    /// <summary>Creates the counter.</summary>
    /// <param name="meters">Creates meters.</param>
    public Counter<long> Create(IMeterFactory meters)
    {
        var counter = meters.Create(Meter).CreateCounter<long>(Name, Unit, Description);
        if (StartsAtZero)
        {
            foreach (var tags in Combinations())
            {
                counter.Add(0, tags.AsSpan());
            }
        }

        return counter;
    }

    private ImmutableArray<ImmutableArray<KeyValuePair<string, object?>>> Combinations() => Tags.Aggregate(
        ImmutableArray.Create(ImmutableArray<KeyValuePair<string, object?>>.Empty),
        static (known, tag) => [.. known.SelectMany(tags => tag.Values.Select(value => tags.Add(tag.With(value))))]);
}

/// <summary>A counter that something else keeps; it is read when it is exported.</summary>
public sealed record ObservedCounterDefinition(string Meter, string Name, string? Unit, string Description)
    : InstrumentDefinition(Meter, Name, Unit, Description)
{
    /// <summary>Creates the counter.</summary>
    /// <param name="meters">Creates meters.</param>
    /// <param name="value">Reads the value, which never decreases.</param>
    public void Observe(IMeterFactory meters, Func<double> value) =>
        meters.Create(Meter).CreateObservableCounter(Name, value, Unit, Description);
}

/// <summary>A gauge, which is read when it is exported.</summary>
public sealed record GaugeDefinition(string Meter, string Name, string? Unit, string Description)
    : InstrumentDefinition(Meter, Name, Unit, Description)
{
    /// <summary>Creates the gauge.</summary>
    /// <typeparam name="T">A number.</typeparam>
    /// <param name="meters">Creates meters.</param>
    /// <param name="value">Reads the value.</param>
    public void Observe<T>(IMeterFactory meters, Func<T> value)
        where T : struct => meters.Create(Meter).CreateObservableGauge(Name, value, Unit, Description);

    /// <summary>Creates the gauge.</summary>
    /// <typeparam name="T">A number.</typeparam>
    /// <param name="meters">Creates meters.</param>
    /// <param name="values">Reads the values, each with its tags; none if they are unknown.</param>
    public void Observe<T>(IMeterFactory meters, Func<IEnumerable<Measurement<T>>> values)
        where T : struct => meters.Create(Meter).CreateObservableGauge(Name, values, Unit, Description);
}

/// <summary>A histogram of durations in seconds.</summary>
public sealed record HistogramDefinition(string Meter, string Name, string Description)
    : InstrumentDefinition(Meter, Name, "s", Description)
{
    /// <summary>The upper bounds of its buckets, in seconds.</summary>
    public required IReadOnlyList<double> Buckets { get; init; }

    /// <summary>Creates the histogram.</summary>
    /// <param name="meters">Creates meters.</param>
    public Histogram<double> Create(IMeterFactory meters) => meters.Create(Meter).CreateHistogram(
        Name, Unit, Description, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });
}
