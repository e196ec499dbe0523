using System.Text.RegularExpressions;

namespace Artorizer.IntegrationTests.Docs;

/// <summary>The fenced examples of the repository's pages, as a reader would copy them.</summary>
internal static partial class DocExamples
{
    /// <summary>The examples of a page in a language, in order.</summary>
    /// <param name="page">Path from the repository's root.</param>
    /// <param name="language">What stands after the fence, such as <c>sh</c>.</param>
    public static IReadOnlyList<string> Of(string page, string language) =>
        [.. Fenced().Matches(File.ReadAllText(Path.Combine(Repository.Root, page)))
            .Where(match => match.Groups["language"].Value == language)
            .Select(match => match.Groups["code"].Value)];

    /// <summary>The one example of a page that has these words.</summary>
    public static string With(string page, string language, string words) =>
        Assert.Single(Of(page, language), code => code.Contains(words, StringComparison.Ordinal));

    [GeneratedRegex("^```(?<language>[a-z]+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fenced();
}
