using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Artorizer.AppHostTests;

/// <summary>deploy/compose.yaml is written by hand; here it is held against what the model publishes.</summary>
public sealed partial class ComposeFileTests : IDisposable
{
    private const string Dashboard = "dashboard";

    // What Compose has and azd sets by itself.
    private static readonly string[] Telemetry =
        ["OTEL_EXPORTER_OTLP_ENDPOINT", "OTEL_EXPORTER_OTLP_PROTOCOL", "OTEL_EXPORTER_OTLP_HEADERS", "OTEL_SERVICE_NAME"];

    private readonly ReviewedManifest _manifest = new();
    private readonly ComposeFile _compose = ComposeFile.Read();

    public static TheoryData<string> Resources => ["cache", "queue", "storage", "processor", "worker", "router"];

    [Fact]
    public void HasTheServicesOfTheModelAndTheDashboard()
    {
        Assert.Equal(Resources.Select(static row => row.Data).Order(StringComparer.Ordinal), _manifest.Services.Order(StringComparer.Ordinal));
        Assert.Equal(_manifest.Services.Append(Dashboard).Order(StringComparer.Ordinal), _compose.Services.Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void GivesEachServiceTheEnvironmentOfTheModel(string service)
    {
        var expected = _manifest.Environment(service);
        var actual = _compose.Services[service].Environment
            .Where(static pair => !Telemetry.Contains(pair.Key))
            .ToDictionary(static pair => pair.Key, static pair => ComposeFile.Plain(pair.Value));

        Assert.Equal(Lines(expected), Lines(actual));

        static string[] Lines(Dictionary<string, string> environment) =>
            [.. environment.Select(static pair => $"{pair.Key}={pair.Value}").Order(StringComparer.Ordinal)];
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void StartsTheSameImageInTheSameWay(string service)
    {
        var image = _manifest.Image(service);
        var expected = image.Contains(':', StringComparison.Ordinal) ? image : $"${{ARTORIZER_REGISTRY}}{image}:${{ARTORIZER_TAG}}";

        Assert.Equal(expected, ComposeFile.Plain(_compose.Services[service].Image));
        Assert.Equal(_manifest.Entrypoint(service), _compose.Services[service].Entrypoint);
        Assert.Equal(_manifest.Arguments(service), _compose.Services[service].Command.Select(ComposeFile.Plain));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void OpensOnlyWhatTheModelOpens(string service)
    {
        var open = _compose.Services[service].Ports.Select(
            static port => int.Parse(port[(port.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture));

        Assert.Equal(_manifest.ExternalPorts(service), open);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void KeepsTheSameFoldersOnNamedVolumes(string service)
    {
        var mounts = _compose.Services[service].Volumes.Select(static volume => volume.Split(':')).ToArray();

        Assert.Equal(_manifest.VolumeTargets(service), mounts.Select(static mount => mount[1]));
        Assert.All(mounts, mount => Assert.Contains(mount[0], _compose.Volumes.Keys));
    }

    [Theory]
    [InlineData("router", "cache,queue,storage")]
    [InlineData("worker", "cache,processor,queue,storage")]
    [InlineData("processor", "")]
    public void ServicesWaitForWhatTheyCannotStartWithout(string service, string expected)
    {
        var waits = _compose.Services[service].DependsOn;

        Assert.Equal(expected, string.Join(',', waits.Keys.Order(StringComparer.Ordinal)));
        Assert.All(waits, wait => Assert.Equal("service_healthy", wait.Value["condition"]));
        Assert.All(waits.Keys, name => Assert.NotNull(_compose.Services[name].Healthcheck));
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public void EachServiceIsWatchedComesBackAndMayFinishItsWork(string service)
    {
        Assert.NotEmpty(_compose.Services[service].Healthcheck?.Test ?? []);
        Assert.Equal("unless-stopped", _compose.Services[service].Restart);

        // A worker takes up to 25 s for its jobs and 5 to give back what is left.
        var grace = TimeSpan.FromSeconds(int.Parse(_compose.Services[service].StopGracePeriod!.TrimEnd('s'), CultureInfo.InvariantCulture));
        Assert.True(grace > TimeSpan.FromSeconds(30), $"{grace}");
    }

    [Fact]
    public void TelemetryGoesToTheDashboardUnderItsKey()
    {
        var dashboard = _compose.Services[Dashboard].Environment;
        Assert.Equal("ApiKey", dashboard["Dashboard__Otlp__AuthMode"]);
        var key = ComposeFile.Plain(dashboard["Dashboard__Otlp__PrimaryApiKey"]);
        foreach (var service in (string[])["processor", "worker", "router"])
        {
            var environment = _compose.Services[service].Environment;
            Assert.Equal(service, environment["OTEL_SERVICE_NAME"]);
            Assert.Equal($"http://{Dashboard}:18889", environment["OTEL_EXPORTER_OTLP_ENDPOINT"]);
            Assert.Equal("grpc", environment["OTEL_EXPORTER_OTLP_PROTOCOL"]);
            Assert.Equal($"x-otlp-api-key={key}", ComposeFile.Plain(environment["OTEL_EXPORTER_OTLP_HEADERS"]));
        }
    }

    [Fact]
    public void TheDashboardIsOfTheModelsVersionAndForThisMachineAlone()
    {
        var major = typeof(DistributedApplication).Assembly.GetName().Version!.Major;

        Assert.Equal($"mcr.microsoft.com/dotnet/aspire-dashboard:{major}", _compose.Services[Dashboard].Image);
        Assert.StartsWith("127.0.0.1:", Assert.Single(_compose.Services[Dashboard].Ports), StringComparison.Ordinal);
        Assert.StartsWith("${ROUTER_ADDRESS:-127.0.0.1}:", Assert.Single(_compose.Services["router"].Ports), StringComparison.Ordinal);
    }

    [Fact]
    public void TwoEnginesAndTwoWorkersRunUnlessSaidOtherwise()
    {
        Assert.Equal("${PROCESSORS:-2}", _compose.Services["processor"].Deploy.Replicas);
        Assert.Equal("${WORKERS:-2}", _compose.Services["worker"].Deploy.Replicas);
        Assert.Equal("1", _compose.Services["router"].Deploy.Replicas);
    }

    [Fact]
    public void TheExampleOfTheEnvironmentNamesEveryVariableWithItsDefault()
    {
        var example = File.ReadAllLines(Path.Combine(PublishedManifest.Root, "deploy", ".env.example"));
        var secrets = ComposeFile.Variables().Where(static v => v.Modifier.StartsWith('?')).Select(static v => $"{v.Name}=");
        var settings = ComposeFile.Variables().Where(static v => v.Modifier.StartsWith('-')).Select(static v => $"#{v.Name}={v.Modifier[1..]}");

        Assert.Equal(
            secrets.Concat(settings).Order(StringComparer.Ordinal),
            example.Where(static line => AssignmentPattern().IsMatch(line)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void EveryVariableIsRequiredOrHasOneDefault()
    {
        foreach (var variable in ComposeFile.Variables().GroupBy(static v => v.Name, static v => v.Modifier))
        {
            Assert.Single(variable, static modifier => modifier.Length > 0);
        }

        // The model's parameters, each with the model's default.
        var defaults = ComposeFile.Variables().Where(static v => v.Modifier.Length > 0).ToDictionary(static v => v.Name, static v => v.Modifier);
        Assert.All(_manifest.Parameters(), parameter => Assert.Equal(
            parameter.Value is null ? "?is missing; see deploy/.env.example" : $"-{parameter.Value}", defaults[parameter.Key]));
    }

    [Theory]
    [InlineData("router", 200, 0)]
    [InlineData("router", 503, 1)]
    [InlineData("worker", 200, 0)]
    [InlineData("processor", 200, 0)]
    [InlineData("processor", 503, 1)]
    public async Task TheHealthChecksTellReadyFromNotReady(string service, int status, int expected)
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        await using var app = builder.Build();
        app.Urls.Add("http://127.0.0.1:0");
        app.MapGet("/health/ready", (HttpResponse response) => response.StatusCode = status);
        await app.StartAsync(cancellationToken);
        var port = new Uri(app.Urls.Single()).Port;

        // The command, with the container's address replaced by the one here.
        var http = _manifest.Environment(service)["Kestrel__Endpoints__http__Url"].Split(':')[^1];
        var test = _compose.Services[service].Healthcheck!.Test;
        Assert.Equal(["CMD", "bash", "-c"], test[..3]);
        Assert.Contains($"/dev/tcp/localhost/{http} ", test[3], StringComparison.Ordinal);
        var command = ComposeFile.Plain(test[3]).Replace($"localhost/{http}", $"127.0.0.1/{port}", StringComparison.Ordinal);

        using var bash = Process.Start(new ProcessStartInfo("bash") { ArgumentList = { "-c", command } })!;
        await bash.WaitForExitAsync(cancellationToken);

        Assert.Equal(expected, bash.ExitCode);
    }

    public void Dispose() => _manifest.Dispose();

    [GeneratedRegex("^#?[A-Z][A-Z_]*=")]
    private static partial Regex AssignmentPattern();
}
