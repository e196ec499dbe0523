namespace Artorizer.ServiceDefaults.Telemetry;

/// <summary>Has ASP.NET Core say in its spans what was asked for.</summary>
internal static class AspNetCoreTracing
{
    private const string SuppressSwitch = "Microsoft.AspNetCore.Hosting.SuppressActivityOpenTelemetryData";

    /// <summary>
    /// Turns on the attributes known when a request begins (method, path, server), in time for samplers. .NET 10 holds them
    /// back by default, .NET 11 does not; <see cref="RequestTracing"/> adds those known at the end. Takes effect for hosts
    /// that are built afterwards. A program that has set the switch itself is left alone.
    /// </summary>
    public static void Enable()
    {
        if (!AppContext.TryGetSwitch(SuppressSwitch, out _))
        {
            AppContext.SetSwitch(SuppressSwitch, isEnabled: false);
        }
    }
}
