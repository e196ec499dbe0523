using System.Text.Json;
using Artorizer.Contracts.Jobs;
using MessagePack;

namespace Artorizer.Contracts.Wire;

/// <summary>Tells what the bytes of a payload hold, and checks that they do.</summary>
public static class PayloadFormats
{
    /// <summary>Number of a payload's format in the schemas (<c>PayloadFormat</c>): 1 JSON, 2 MessagePack, 3 bytes.</summary>
    public static int NumberOf(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return payload.Format switch
        {
            Payload.Json => 1,
            Payload.MessagePack => 2,
            _ => 3,
        };
    }

    /// <summary>The payload that came as bytes beside the number of its format; 0 has it detected.</summary>
    /// <param name="bytes">Kept, not copied.</param>
    /// <param name="format">As <see cref="NumberOf"/> gives it, or 0.</param>
    /// <returns><see langword="null"/> where neither bytes nor a format came.</returns>
    /// <exception cref="WireFormatException">The bytes are not of that format, or the number is unknown.</exception>
    public static Payload? Read(ReadOnlyMemory<byte> bytes, int format) => format switch
    {
        0 when bytes.IsEmpty => null,
        0 => Detect(bytes),
        1 => Check(new Payload(Payload.Json, bytes)),
        2 => Check(new Payload(Payload.MessagePack, bytes)),
        3 => new Payload(Payload.Binary, bytes),
        _ => throw new WireFormatException($"The payload format {format} is unknown; 1 is JSON, 2 is MessagePack, 3 is bytes."),
    };

    /// <summary>JSON if the bytes are one JSON value, else MessagePack if they are one MessagePack value, else raw bytes.</summary>
    /// <param name="bytes">Kept, not copied.</param>
    public static Payload Detect(ReadOnlyMemory<byte> bytes) =>
        IsJson(bytes) ? new Payload(Payload.Json, bytes)
        : IsMessagePack(bytes) ? new Payload(Payload.MessagePack, bytes)
        : new Payload(Payload.Binary, bytes);

    /// <summary>Passes on a payload whose bytes are what its format says.</summary>
    /// <exception cref="WireFormatException">They are not, or nest deeper than <see cref="WireLimits.PayloadDepth"/>.</exception>
    public static Payload Check(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return IsValid(payload) ? payload : throw new WireFormatException(
            payload.Format == Payload.Json ? "The task data are not valid JSON." : "The task data are not valid MessagePack.");
    }

    /// <summary>Whether the bytes of a payload are what its format says, and nest no deeper than <see cref="WireLimits.PayloadDepth"/>.</summary>
    public static bool IsValid(Payload payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        return payload.Format switch
        {
            Payload.Json => IsJson(payload.Bytes),
            Payload.MessagePack => IsMessagePack(payload.Bytes),
            _ => true,
        };
    }

    /// <summary>Whether an exception of the MessagePack reader is about what it reads.</summary>
    /// <remarks>A length beyond 2 GiB and a time that no calendar has are both <see cref="ArgumentOutOfRangeException"/>.</remarks>
    internal static bool IsMalformed(Exception e) => e is EndOfStreamException or MessagePackSerializationException or OverflowException
        or ArgumentOutOfRangeException or InsufficientExecutionStackException;

    /// <summary>Advances past one value and tells how deep it nests.</summary>
    /// <exception cref="WireFormatException">It nests deeper than <see cref="WireLimits.PayloadDepth"/>.</exception>
    internal static void SkipMessagePack(ref MessagePackReader reader)
    {
        // Values still open at each level; no recursion, so that depth costs no stack.
        Span<long> open = stackalloc long[WireLimits.PayloadDepth + 1];
        var depth = 0;
        open[0] = 1;
        while (true)
        {
            while (open[depth] == 0)
            {
                if (depth-- == 0)
                {
                    return;
                }
            }

            open[depth]--;
            var type = reader.NextMessagePackType;
            if (type is not (MessagePackType.Array or MessagePackType.Map))
            {
                reader.Skip();
                continue;
            }

            if (++depth > WireLimits.PayloadDepth)
            {
                throw new WireFormatException($"The task data nest deeper than {WireLimits.PayloadDepth} levels.");
            }

            open[depth] = type == MessagePackType.Array ? reader.ReadArrayHeader() : 2L * reader.ReadMapHeader();
        }
    }

    private static bool IsJson(ReadOnlyMemory<byte> bytes)
    {
        var reader = new Utf8JsonReader(bytes.Span, new JsonReaderOptions { MaxDepth = WireLimits.PayloadDepth });
        try
        {
            while (reader.Read())
            {
                // Escapes such as a lone \ud800 are valid grammar but no text.
                if (reader.TokenType is JsonTokenType.String or JsonTokenType.PropertyName && !IsText(ref reader))
                {
                    return false;
                }
            }

            return !bytes.IsEmpty;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool IsText(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
        {
            return System.Text.Unicode.Utf8.IsValid(reader.ValueSpan);
        }

        try
        {
            reader.GetString();
            return true;
        }
        catch (InvalidOperationException)
        {
            return false;
        }
    }

    private static bool IsMessagePack(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            var reader = new MessagePackReader(bytes);
            SkipMessagePack(ref reader);
            return reader.End;
        }
        catch (Exception e) when (e is WireFormatException || IsMalformed(e))
        {
            return false;
        }
    }
}
