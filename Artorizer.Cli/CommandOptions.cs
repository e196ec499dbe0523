using System.CommandLine.Parsing;
using System.Globalization;
using Artorizer.Client;

namespace Artorizer.Cli;

/// <summary>What commands have in common.</summary>
internal static class CommandOptions
{
    /// <summary>Refuses a number out of range; what is no number the parser refuses itself.</summary>
    public static void RequireRange(OptionResult result, double min, double max)
    {
        if (result.Tokens.Count == 1
            && double.TryParse(result.Tokens[0].Value, CultureInfo.InvariantCulture, out var value)
            && !(value >= min && value <= max))
        {
            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{result.Option.Name} must be {min} to {max}."));
        }
    }

    /// <summary>Acts on each, whatever becomes of the others.</summary>
    /// <returns>Exit code.</returns>
    public static async Task<int> ForEachAsync(IEnumerable<string> ids, Func<string, Task> act)
    {
        var code = ExitCodes.Ok;
        foreach (var id in ids)
        {
            try
            {
                await act(id);
            }
            catch (ArtorizerException e) when (e.Status != 0)
            {
                code = Output.Error($"{id}: {e.Message}", ExitCodes.Failed);
            }
        }

        return code;
    }
}
