using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Artorizer.AppHostTests;

/// <summary>
/// The reviewed manifest with its expressions resolved as Compose has it: a resource's host is its name, its ports are those
/// of the container, and a parameter is a variable of the same name.
/// </summary>
internal sealed partial class ReviewedManifest : IDisposable
{
    private readonly JsonDocument _document = JsonDocument.Parse(
        File.ReadAllText(Path.Combine(PublishedManifest.Root, PublishedManifest.ReviewedPath)));

    private JsonElement Resources => _document.RootElement.GetProperty("resources");

    /// <summary>Names of what runs.</summary>
    public string[] Services => [.. Resources.EnumerateObject().Where(static r => IsService(r.Value)).Select(static r => r.Name)];

    /// <summary>Name and tag; for a project, the repository that its image is built into, without a tag.</summary>
    public string Image(string service) => Resources.GetProperty(service).TryGetProperty("image", out var image)
        ? image.GetString()!
        : Repository(Resources.GetProperty(service).GetProperty("path").GetString()!);

    public string? Entrypoint(string service) =>
        Resources.GetProperty(service).TryGetProperty("entrypoint", out var entrypoint) ? entrypoint.GetString() : null;

    public string[] Arguments(string service) => Resources.GetProperty(service).TryGetProperty("args", out var arguments)
        ? [.. arguments.EnumerateArray().Select(a => Resolve(a.GetString()!))]
        : [];

    public string[] VolumeTargets(string service) => Resources.GetProperty(service).TryGetProperty("volumes", out var volumes)
        ? [.. volumes.EnumerateArray().Select(static v => v.GetProperty("target").GetString()!)]
        : [];

    /// <summary>Ports inside the container that are to be reached from outside.</summary>
    public int[] ExternalPorts(string service) =>
        [.. Resources.GetProperty(service).GetProperty("bindings").EnumerateObject()
            .Where(static b => b.Value.TryGetProperty("external", out var external) && external.GetBoolean())
            .Select(static b => b.Value.GetProperty("targetPort").GetInt32())];

    /// <summary>
    /// Everything a service gets but the spellings in capitals (CACHE_HOST, PROCESSOR_GRPC) that Aspire adds for programs that
    /// know no .NET connection strings: these services read none of them.
    /// </summary>
    public Dictionary<string, string> Environment(string service)
    {
        var spellings = Services.Select(static name => name.ToUpperInvariant() + "_").ToArray();
        return Resources.GetProperty(service).GetProperty("env").EnumerateObject()
            .Where(e => !spellings.Any(spelling => e.Name.StartsWith(spelling, StringComparison.Ordinal)))
            .ToDictionary(static e => e.Name, e => Resolve(e.Value.GetString()!));
    }

    /// <summary>Parameters by the name of their variables, with their default where they have one.</summary>
    public Dictionary<string, string?> Parameters() => Resources.EnumerateObject()
        .Where(static r => TypeOf(r.Value) == "parameter.v0")
        .ToDictionary(
            static r => Variable(r.Name),
            static r => r.Value.GetProperty("inputs").GetProperty("value").GetProperty("default").TryGetProperty("value", out var value)
                ? value.GetString()
                : null);

    public void Dispose() => _document.Dispose();

    private static bool IsService(JsonElement resource) => TypeOf(resource) is "container.v0" or "project.v0";

    private static string? TypeOf(JsonElement resource) => resource.GetProperty("type").GetString();

    private static string Variable(string parameter) => parameter.Replace('-', '_').ToUpperInvariant();

    private static string Repository(string project) =>
        XDocument.Load(Path.Combine(PublishedManifest.Root, "deploy", project)).Descendants("ContainerRepository").Single().Value;

    private string Resolve(string text) => ExpressionPattern().Replace(text, match => Value(match.Groups[1].Value.Split('.')));

    private string Value(string[] path)
    {
        var resource = Resources.GetProperty(path[0]);
        return path[1..] switch
        {
            ["value"] when TypeOf(resource) == "parameter.v0" => $"${{{Variable(path[0])}}}",
            // Percent-encoded; secrets in .env are letters and digits.
            ["value"] => Resolve(resource.GetProperty("value").GetString()!),
            ["connectionString"] => Resolve(resource.GetProperty("connectionString").GetString()!),
            ["bindings", _, "host"] => path[0],
            ["bindings", var name, "port" or "targetPort"] => Binding(name).GetProperty("targetPort").GetRawText(),
            ["bindings", var name, "url"] =>
                $"{Binding(name).GetProperty("scheme").GetString()}://{path[0]}:{Binding(name).GetProperty("targetPort").GetRawText()}",
            _ => throw new InvalidDataException($"The manifest has an expression that is not known here: {string.Join('.', path)}"),
        };

        JsonElement Binding(string name) => resource.GetProperty("bindings").GetProperty(name);
    }

    [GeneratedRegex(@"\{([^{}$]+)\}")]
    private static partial Regex ExpressionPattern();
}
