namespace Artorizer.ServiceDefaults.Prometheus;

/// <summary>How the measurements of an instrument become samples.</summary>
internal enum MetricKind
{
    /// <summary>Only grows; measurements are added. Prometheus type counter.</summary>
    Counter,

    /// <summary>Goes up and down; measurements are added. Prometheus type gauge.</summary>
    UpDownCounter,

    /// <summary>Measurements replace each other. Prometheus type gauge.</summary>
    Gauge,

    /// <summary>Measurements are counted in buckets. Prometheus type histogram.</summary>
    Histogram,
}
