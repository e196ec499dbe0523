using Microsoft.Extensions.Options;

namespace Artorizer.Router.Security;

/// <summary>Names every entry that no browser would ever send as its origin.</summary>
internal sealed class CrossOriginValidator : IValidateOptions<CrossOriginOptions>
{
    public ValidateOptionsResult Validate(string? name, CrossOriginOptions options)
    {
        var failures = options.Origins.Index()
            .Where(entry => entry.Item != CrossOriginOptions.Any && !IsOrigin(entry.Item))
            .Select(entry => $"Cors:Origins:{entry.Index}: '{entry.Item}' must be an origin, "
                + "http or https with a host and no path, such as https://studio.example, or *.")
            .ToList();
        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }

    // An address without a path reads as one with the path '/'.
    private static bool IsOrigin(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var uri)
        && (uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps)
        && uri.Host.Length > 0 && uri.UserInfo.Length == 0 && uri.PathAndQuery == "/" && uri.Fragment.Length == 0
        && !text.EndsWith('/') && !text.Contains('*', StringComparison.Ordinal) && !text.Any(char.IsWhiteSpace);
}
