using System.Text.Json;

namespace Artorizer.Cli;

/// <summary>Where results go, and what is done there already.</summary>
internal sealed class OutputFolder(string path)
{
    private readonly string _records = System.IO.Path.Combine(path, ".artorizer");

    public string Path => path;

    /// <summary>The record of a file whose results are all still there.</summary>
    public DoneRecord? Find(string key)
    {
        var file = Record(key);
        if (!File.Exists(file))
        {
            return null;
        }

        try
        {
            var record = JsonSerializer.Deserialize(File.ReadAllBytes(file), CliJsonContext.Default.DoneRecord);
            return record is not null
                && record.Files.All(f => new FileInfo(System.IO.Path.Combine(path, f.Key)) is { Exists: true } info && info.Length == f.Value)
                ? record
                : null;
        }
        catch (JsonException)
        {
            // Not from this program, or damaged: the work is done again.
            return null;
        }
    }

    public void Keep(string key, DoneRecord record)
    {
        Directory.CreateDirectory(_records);
        var temporary = Record(key) + ".new";
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(record, CliJsonContext.Default.DoneRecord));
        File.Move(temporary, Record(key), overwrite: true);
    }

    /// <summary>Where an upload is remembered until it is done.</summary>
    public string UploadRecord(string key)
    {
        Directory.CreateDirectory(_records);
        return System.IO.Path.Combine(_records, key + ".upload");
    }

    private string Record(string key) => System.IO.Path.Combine(_records, key + ".json");
}
