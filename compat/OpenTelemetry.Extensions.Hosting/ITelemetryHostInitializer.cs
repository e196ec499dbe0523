namespace OpenTelemetry;

/// <summary>Starts the telemetry of an application, for hosts that run no hosted services.</summary>
public interface ITelemetryHostInitializer
{
    /// <summary>Creates the providers that were registered.</summary>
    void Initialize();
}
