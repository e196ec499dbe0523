using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Artorizer.Router.Security;

/// <summary>Names everything that is wrong with the keys, not only the first.</summary>
internal sealed class ApiKeysValidator : IValidateOptions<ApiKeysOptions>
{
    private const int MinKeyLength = 24;

    public ValidateOptionsResult Validate(string? name, ApiKeysOptions options)
    {
        var failures = new List<string>();
        for (var i = 0; i < options.Keys.Count; i++)
        {
            var entry = options.Keys[i];
            var results = new List<ValidationResult>();
            if (!Validator.TryValidateObject(entry, new ValidationContext(entry), results, validateAllProperties: true))
            {
                failures.AddRange(results.Select(r => $"ApiKeys:Keys:{i}: {r.ErrorMessage}"));
            }

            if (entry.Owner.Equals(ApiKeyAuthentication.LocalOwner, StringComparison.OrdinalIgnoreCase))
            {
                failures.Add(
                    $"ApiKeys:Keys:{i}: the owner '{ApiKeyAuthentication.LocalOwner}' stands for callers without a key; choose another name.");
            }

            if (entry.Key is null == entry.Sha256 is null)
            {
                failures.Add($"ApiKeys:Keys:{i}: give either Sha256 or Key.");
            }
            else if (entry.Key is { Length: < MinKeyLength })
            {
                failures.Add($"ApiKeys:Keys:{i}: a Key has at least {MinKeyLength} characters.");
            }
            else if (entry.Sha256 is { } hash && (hash.Length != 64 || !hash.All(char.IsAsciiHexDigit)))
            {
                failures.Add($"ApiKeys:Keys:{i}: Sha256 is 64 hexadecimal digits.");
            }
        }

        return failures.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(failures);
    }
}
