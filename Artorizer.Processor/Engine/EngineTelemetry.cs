using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Artorizer.Processor.Engine;

/// <summary>Spans and instruments of the engine, all named <c>Artorizer.Processor</c>.</summary>
public sealed class EngineTelemetry : IDisposable
{
    /// <summary>Name of the activity source and of the meter.</summary>
    public const string Name = "Artorizer.Processor";

    private readonly Meter _meter;
    private readonly Counter<long> _images;
    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _stepDuration;
    private readonly Counter<long> _pixels;
    private readonly Counter<long> _bytes;
    private readonly UpDownCounter<long> _active;

    /// <summary>Creates the instruments.</summary>
    public EngineTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _images = _meter.CreateCounter<long>("artorizer.engine.images", "{image}", "Images finished, by outcome.");
        _duration = _meter.CreateHistogram<double>("artorizer.engine.duration", "s", "Time from admission to the last artifact.");
        _stepDuration = _meter.CreateHistogram<double>("artorizer.engine.step.duration", "s", "Time of one step.");
        _pixels = _meter.CreateCounter<long>("artorizer.engine.pixels", "{pixel}", "Pixels decoded.");
        _bytes = _meter.CreateCounter<long>("artorizer.engine.bytes", "By", "Bytes received and delivered.");
        _active = _meter.CreateUpDownCounter<long>("artorizer.engine.active", "{image}", "Images in progress.");
    }

    internal static ActivitySource Source { get; } = new(Name);

    internal void Started() => _active.Add(1);

    internal void Finished(string outcome, TimeSpan duration)
    {
        _active.Add(-1);
        _images.Add(1, new KeyValuePair<string, object?>("outcome", outcome));
        _duration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("outcome", outcome));
    }

    internal void Step(string name, TimeSpan duration) =>
        _stepDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("step", name));

    internal void Decoded(long pixels) => _pixels.Add(pixels);

    internal void Transferred(long bytes, string direction) =>
        _bytes.Add(bytes, new KeyValuePair<string, object?>("direction", direction));

    /// <inheritdoc/>
    public void Dispose() => _meter.Dispose();
}
