using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace Artorizer.Standalone;

/// <summary>Hashes of the API keys made with <c>new-key</c>; a configuration file that running hosts watch.</summary>
internal static partial class ApiKeyFile
{
    public const string Name = "apikeys.json";
    private const int KeyBytes = 32;

    /// <summary>Makes a key, keeps its hash and shows it.</summary>
    /// <returns>Exit code.</returns>
    public static int Add(string dataDirectory, string owner)
    {
        if (!OwnerPattern().IsMatch(owner))
        {
            Console.Error.WriteLine("An owner is 1 to 64 of A-Z a-z 0-9 . _ -");
            return 1;
        }

        var key = "art_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        var path = Path.Combine(dataDirectory, Name);
        Directory.CreateDirectory(dataDirectory);
        var root = File.Exists(path) ? JsonNode.Parse(File.ReadAllText(path))!.AsObject() : [];
        var keys = (root["ApiKeys"] ??= new JsonObject())["Keys"] ??= new JsonArray();
        keys.AsArray().Add(new JsonObject
        {
            ["Owner"] = owner,
            ["Sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))),
        });

        // Renamed into place: a host that watches the file never reads half of it.
        var temporary = path + ".new";
        File.WriteAllText(temporary, root.ToJsonString(new JsonSerializerOptions { WriteIndented = true }));
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(temporary, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        }

        File.Move(temporary, path, overwrite: true);
        Console.WriteLine(key);
        Console.Error.WriteLine($"The key of {owner}; it is not shown again. Send it as 'Authorization: Bearer KEY'. To revoke it, remove its entry from {path}.");
        return 0;
    }

    [GeneratedRegex("^[A-Za-z0-9._-]{1,64}$")]
    private static partial Regex OwnerPattern();
}
