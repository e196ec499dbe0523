using System.Buffers;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire;
using Spectre.Console;

namespace Artorizer.Cli;

/// <summary>Prints for people at a terminal, for pipes, or as JSON.</summary>
internal sealed class Output(bool json)
{
    private static readonly JsonWireProtocol Protocol = new();

    // Titles and file names stay readable; nothing of this goes into a page.
    private static readonly CliJsonContext Own = new(
        new JsonSerializerOptions(CliJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    private static readonly Lock Turn = new();

    private readonly TextWriter _out = Console.Out;

    public bool IsJson => json;

    /// <summary>Whether there is somebody to show bars and colours to.</summary>
    public bool IsLive => !json && !Console.IsOutputRedirected && AnsiConsole.Profile.Capabilities.Ansi;

    /// <summary>Says what went wrong.</summary>
    /// <returns>The code.</returns>
    public static int Error(string message, int code)
    {
        lock (Turn)
        {
            Console.Error.WriteLine($"artorizer: {Clean(message)}");
        }

        return code;
    }

    public void Line(string text)
    {
        lock (Turn)
        {
            _out.WriteLine(Clean(text));
        }
    }

    /// <summary>One message on one line of JSON.</summary>
    public void Json<T>(T message)
        where T : notnull
    {
        var buffer = new ArrayBufferWriter<byte>();
        Protocol.Serialize(message, buffer);
        JsonLine(buffer.WrittenSpan);
    }

    /// <summary>Several messages as one array of JSON.</summary>
    public void JsonArray<T>(IEnumerable<T> messages)
        where T : notnull
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { SkipValidation = true }))
        {
            writer.WriteStartArray();
            foreach (var message in messages)
            {
                var one = new ArrayBufferWriter<byte>();
                Protocol.Serialize(message, one);
                writer.WriteRawValue(one.WrittenSpan, skipInputValidation: true);
            }

            writer.WriteEndArray();
        }

        JsonLine(buffer.WrittenSpan);
    }

    /// <summary>A message of the command line's own on one line of JSON.</summary>
    public void JsonOwn<T>(T message)
        where T : notnull => JsonLine(JsonSerializer.SerializeToUtf8Bytes(message, typeof(T), Own));

    private void JsonLine(ReadOnlySpan<byte> utf8)
    {
        var text = Encoding.UTF8.GetString(utf8);
        lock (Turn)
        {
            _out.WriteLine(text);
        }
    }

    /// <summary>Rows: a table at a terminal, columns parted by tabs and no headings in a pipe.</summary>
    public void Table(string[] headings, IEnumerable<string[]> rows)
    {
        if (!IsLive)
        {
            foreach (var row in rows)
            {
                Line(string.Join('\t', row));
            }

            return;
        }

        var table = new Table().Border(TableBorder.Rounded);
        foreach (var heading in headings)
        {
            table.AddColumn(new TableColumn(heading));
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => Markup.Escape(Clean(cell)))]);
        }

        AnsiConsole.Write(table);
    }

    /// <summary>Names and values, without those that are empty.</summary>
    public void Fields(params IEnumerable<(string Name, string? Value)> fields) =>
        Table(["", ""], fields.Where(f => !string.IsNullOrEmpty(f.Value)).Select(f => new[] { f.Name, f.Value! }));

    public static string Time(DateTimeOffset? time) => time?.ToLocalTime().ToString("yyyy-MM-dd HH:mm:ss", null) ?? "";

    public static string Text(Payload? payload) => payload is null ? "" : Encoding.UTF8.GetString(PayloadTranscoder.ToJson(payload).Span);

    // Titles and errors come from elsewhere; a terminal must not act on them.
    private static string Clean(string text) => string.Concat(text.Select(c => char.IsControl(c) && c is not '\t' and not '\n' ? '�' : c));
}
