using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Artorizer.Infrastructure.Embedded;

namespace Artorizer.Standalone;

/// <summary>Hashes of the API keys made with <c>new-key</c>; a configuration file that running hosts watch.</summary>
internal static partial class ApiKeyFile
{
    public const string Name = "apikeys.json";
    private const int KeyBytes = 32;

    /// <summary>Makes a key, keeps its hash and shows it.</summary>
    /// <param name="dataDirectory">Where the file is.</param>
    /// <param name="owner">Whose jobs it opens.</param>
    /// <param name="adopts">Whether what was made without a key becomes the owner's.</param>
    /// <returns>Exit code.</returns>
    public static int Add(string dataDirectory, string owner, bool adopts)
    {
        if (!OwnerPattern().IsMatch(owner))
        {
            Console.Error.WriteLine("An owner is 1 to 64 of A-Z a-z 0-9 . _ -, and not 'local', which stands for callers without a key.");
            return 1;
        }

        var key = "art_" + Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(KeyBytes));
        var path = Path.Combine(dataDirectory, Name);
        DataFolder.Create(dataDirectory);
        var root = File.Exists(path) ? Read(path) : [];
        var keys = Keys(root, path);
        var isFirst = keys.Count == 0;
        keys.Add(new JsonObject
        {
            ["Owner"] = owner,
            ["Sha256"] = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key))),
        });

        if (adopts)
        {
            root["ApiKeys"]!["Adopt"] = owner;
        }

        // Renamed into place: a host that watches the file never reads half of it.
        var temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, OwnerAccess.File(FileMode.CreateNew, FileAccess.Write, FileShare.None)))
        {
            file.Write(Encoding.UTF8.GetBytes(root.ToJsonString(new JsonSerializerOptions { WriteIndented = true })));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
        Console.WriteLine(key);
        Console.Error.WriteLine(
            $"The key of {owner}; it is not shown again. Send it as 'Authorization: Bearer KEY'. To revoke it, remove its entry from {path}.");
        if (adopts)
        {
            Console.Error.WriteLine($"Jobs that were made without a key are given to {owner}: at once where a host runs, else when it starts.");
        }
        else if (isFirst && root["ApiKeys"]!["Adopt"] is null)
        {
            Console.Error.WriteLine(
                "It is the first: from now on nobody is served without a key, and no key opens jobs that were made without one. "
                    + $"They are kept; 'new-key {owner} --adopt' makes another key of {owner} and gives them to {owner}.");
        }

        return 0;
    }

    private static JsonObject Read(string path)
    {
        try
        {
            return JsonNode.Parse(File.ReadAllText(path)) as JsonObject ?? throw Damaged(path);
        }
        catch (JsonException e)
        {
            throw Damaged(path, e);
        }
    }

    private static JsonArray Keys(JsonObject root, string path)
    {
        var section = (root["ApiKeys"] ??= new JsonObject()) as JsonObject ?? throw Damaged(path);
        return (section["Keys"] ??= new JsonArray()) as JsonArray ?? throw Damaged(path);
    }

    private static InvalidDataException Damaged(string path, JsonException? e = null) =>
        new($"{path} is not what new-key has written{(e is null ? "" : $" ({e.Message})")}; mend it or move it away. Its keys go with it.", e);

    [GeneratedRegex("^(?!(?i:local)$)[A-Za-z0-9._-]{1,64}$")]
    private static partial Regex OwnerPattern();
}
