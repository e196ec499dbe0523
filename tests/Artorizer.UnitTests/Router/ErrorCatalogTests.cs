using System.Reflection;
using Artorizer.Contracts.Jobs;
using Artorizer.Router.Errors;

namespace Artorizer.UnitTests.Router;

public sealed class ErrorCatalogTests
{
    [Fact]
    public void Explains_every_code_once()
    {
        Assert.Equal(Codes(typeof(ErrorCodes)), ErrorCatalog.Requests.Select(kind => kind.Code).Order());
        Assert.Equal(
            Codes(typeof(JobErrorCodes)).Except([JobErrorCodes.Trailer]), ErrorCatalog.Jobs.Select(kind => kind.Code).Order());
    }

    [Fact]
    public void Has_an_entry_for_every_status()
    {
        var known = ErrorCatalog.Requests.Concat(ErrorCatalog.Jobs).Select(kind => kind.Code).ToHashSet();
        Assert.All(Enumerable.Range(400, 200), status => Assert.Contains(ErrorCodes.Of(status, null), known));
        Assert.Equal(ErrorCodes.InvalidField, ErrorCodes.Of(400, "title"));
        Assert.Equal(ErrorCodes.TooLarge, ErrorCodes.Of(413, "image"));
    }

    [Fact]
    public async Task Is_what_the_docs_say()
    {
        var docs = await File.ReadAllLinesAsync(Path.Combine(Repository.Root, "docs", "errors.md"), TestContext.Current.CancellationToken);
        Assert.Equal(
            ErrorCatalog.Requests.Concat(ErrorCatalog.Jobs).Select(kind => $"| `{kind.Code}` | {kind.Meaning} | {kind.Advice} |"),
            docs.Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Where(line => !line.StartsWith("| `code`", StringComparison.Ordinal)));
    }

    private static IEnumerable<string> Codes(Type type) => type
        .GetFields(BindingFlags.Public | BindingFlags.Static)
        .Where(field => field.IsLiteral)
        .Select(field => (string)field.GetRawConstantValue()!)
        .Order();
}
