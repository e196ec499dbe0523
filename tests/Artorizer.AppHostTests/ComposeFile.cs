using System.Text.RegularExpressions;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Artorizer.AppHostTests;

/// <summary>deploy/compose.yaml, with its anchors and merges resolved and its variables left as they are.</summary>
internal sealed partial class ComposeFile
{
    public Dictionary<string, ComposeService> Services { get; set; } = [];

    public Dictionary<string, object?> Volumes { get; set; } = [];

    public static ComposeFile Read()
    {
        var deserializer = new DeserializerBuilder()
            .WithNamingConvention(UnderscoredNamingConvention.Instance)
            .IgnoreUnmatchedProperties()
            .Build();
        using var reader = new StringReader(Text());
        return deserializer.Deserialize<ComposeFile>(new MergingParser(new Parser(reader)));
    }

    /// <summary>Variables that the file uses, each with what follows a colon in it: <c>-default</c>, <c>?message</c>, or nothing.</summary>
    public static IEnumerable<(string Name, string Modifier)> Variables() =>
        VariablePattern().Matches(Text()).Select(static match => (match.Groups["name"].Value, match.Groups["modifier"].Value)).Distinct();

    /// <summary>What Compose passes on, with each variable as its bare name.</summary>
    public static string Plain(string value) => VariablePattern().Replace(value, "${${name}}").Replace("$$", "$", StringComparison.Ordinal);

    private static string Text() => File.ReadAllText(Path.Combine(PublishedManifest.Root, "deploy", "compose.yaml"));

    // Not "$$": that is a dollar sign.
    [GeneratedRegex(@"(?<!\$)\$\{(?<name>\w+)(:(?<modifier>[-?][^}]*))?\}")]
    private static partial Regex VariablePattern();
}

internal sealed class ComposeService
{
    public string Image { get; set; } = "";

    public string? Entrypoint { get; set; }

    public List<string> Command { get; set; } = [];

    public Dictionary<string, string> Environment { get; set; } = [];

    public List<string> Ports { get; set; } = [];

    public List<string> Volumes { get; set; } = [];

    public Dictionary<string, Dictionary<string, string>> DependsOn { get; set; } = [];

    public ComposeHealthCheck? Healthcheck { get; set; }

    public ComposeDeployment Deploy { get; set; } = new();

    public string? Restart { get; set; }

    public string? StopGracePeriod { get; set; }
}

internal sealed class ComposeHealthCheck
{
    public List<string> Test { get; set; } = [];
}

internal sealed class ComposeDeployment
{
    public string Replicas { get; set; } = "1";
}
