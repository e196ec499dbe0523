using System.Reflection;
using System.Text.RegularExpressions;
using Artorizer.Infrastructure.Embedded;
using Artorizer.Jobs.Engine;
using Artorizer.Processor;
using Artorizer.Router;
using Artorizer.ServiceDefaults.Outbound;
using Artorizer.Worker;

namespace Artorizer.UnitTests.Docs;

/// <summary><c>docs/configuration.md</c> lists the settings that there are, and no others.</summary>
public sealed partial class ConfigurationPageTests
{
    private static readonly Assembly[] Services =
    [
        typeof(EmbeddedStoreOptions).Assembly, typeof(EngineClientOptions).Assembly, typeof(ProcessorOptions).Assembly,
        typeof(RouterApplication).Assembly, typeof(OutboundOptions).Assembly, typeof(WorkerOptions).Assembly,
    ];

    [Fact]
    public void Every_setting_is_on_the_page_and_every_setting_on_the_page_exists()
    {
        var settings = Services.SelectMany(a => a.GetTypes()).SelectMany(Settings)
            .Where(s => !s.StartsWith("S3:", StringComparison.Ordinal)).ToHashSet();

        // Sections that are pages of their own, or belong to the host.
        var listed =
            Listed().Where(s => !s.StartsWith("S3:", StringComparison.Ordinal) && !s.StartsWith("Host:", StringComparison.Ordinal)).ToHashSet();

        Assert.Empty(settings.Except(listed));
        Assert.Empty(listed.Except(settings));
    }

    private static IEnumerable<string> Settings(Type options)
    {
        var section = options.GetField("Section") ?? options.GetField("SectionName");
        return section is { IsLiteral: true }
            ? options.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                .Where(p => p.CanWrite || p.PropertyType.IsGenericType)
                .Select(p => $"{section.GetRawConstantValue()}:{p.Name}")
            : [];
    }

    // | `Section:Name` / `Other` | default | meaning |, lists as `Section:Name:N`.
    private static IEnumerable<string> Listed()
    {
        var rows = File.ReadLines(Path.Combine(Repository.Root, "docs", "configuration.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal));
        foreach (var row in rows)
        {
            string? section = null;
            foreach (Match name in Name().Matches(row.Split('|')[1]))
            {
                section = name.Groups[1].Success ? name.Groups[1].Value : section;
                if (section is not null)
                {
                    yield return $"{section}:{name.Groups[2].Value}";
                }
            }
        }
    }

    [GeneratedRegex(@"`(?:([A-Z]\w+):)?([A-Z]\w*)(?::\w+)*`")]
    private static partial Regex Name();
}
