using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Artorizer.IntegrationTests.Telemetry;

/// <summary>The scrape target, read by Prometheus' own Python parser (Debian: python3-prometheus-client).</summary>
public sealed class PrometheusEndpointTests
{
    private const string Parser =
        """
        import json, sys
        from prometheus_client.parser import text_string_to_metric_families
        families = text_string_to_metric_families(sys.stdin.buffer.read().decode("utf-8"))
        json.dump({f.name: {"type": f.type, "help": f.documentation,
                            "samples": [[s.name, s.labels, s.value] for s in f.samples]} for f in families}, sys.stdout)
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task PrometheusOwnParserReadsThePage()
    {
        using var meter = new Meter("Artorizer.PrometheusEndpointTests");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Services.AddPrometheusMetrics();
        await using var app = builder.Build();
        app.MapPrometheusMetrics();
        await app.StartAsync(Cancellation);
        const string nasty = "quote \" backslash \\ newline \n 画像 🎨";
        meter.CreateCounter<long>("endpoint_test.received", description: "Help with \\ and\nnewline.").Add(
            3, new KeyValuePair<string, object?>("kind", nasty));
        meter.CreateObservableGauge("endpoint_test.size", () => -1.5);
        var histogram = meter.CreateHistogram(
            "endpoint_test.time", "s", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 1] });
        histogram.Record(0.75);
        histogram.Record(1e300);

        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri(app.Urls.Single() + "/metrics"), Cancellation);
        var families = await ParseAsync(await response.Content.ReadAsByteArrayAsync(Cancellation));

        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        var received = families.GetProperty("endpoint_test_received");
        Assert.Equal("counter", received.GetProperty("type").GetString());
        Assert.Equal("Help with \\ and\nnewline.", received.GetProperty("help").GetString());
        var sample = received.GetProperty("samples")[0];
        Assert.Equal("endpoint_test_received_total", sample[0].GetString());
        Assert.Equal(nasty, sample[1].GetProperty("kind").GetString());
        Assert.Equal(3, sample[2].GetDouble());

        Assert.Equal(-1.5, families.GetProperty("endpoint_test_size").GetProperty("samples")[0][2].GetDouble());

        var time = families.GetProperty("endpoint_test_time_seconds");
        Assert.Equal("histogram", time.GetProperty("type").GetString());
        Assert.Equal(
            ["bucket 0.5 0", "bucket 1 1", "bucket +Inf 2", "sum  1E+300", "count  2"],
            time.GetProperty("samples").EnumerateArray().Select(item =>
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{item[0].GetString()!.Split('_')[^1]} "
                        + $"{(item[1].TryGetProperty("le", out var bound) ? bound.GetString() : null)} {item[2].GetDouble()}")));
    }

    private static async Task<JsonElement> ParseAsync(byte[] page)
    {
        using var python = Process.Start(new ProcessStartInfo("/usr/bin/python3", ["-c", Parser])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        await python.StandardInput.BaseStream.WriteAsync(page, Cancellation);
        python.StandardInput.Close();
        var errors = python.StandardError.ReadToEndAsync(Cancellation);
        var output = await python.StandardOutput.ReadToEndAsync(Cancellation);
        await python.WaitForExitAsync(Cancellation);
        Assert.True(python.ExitCode == 0, $"The parser refused the page, or python3-prometheus-client is not installed: {await errors}");
        return JsonDocument.Parse(output).RootElement;
    }
}
