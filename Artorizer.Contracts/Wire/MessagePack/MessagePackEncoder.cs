using System.Runtime.CompilerServices;
using Artorizer.Contracts.Jobs;
using Artorizer.Contracts.Wire.Schema;
using MessagePack;

namespace Artorizer.Contracts.Wire;

/// <summary>Writes a message as a map, by its table.</summary>
internal static class MessagePackEncoder
{
    public static void Write(WireMessage table, object message, ref MessagePackWriter output)
    {
        var members = table.Members;
        var count = members.Length;
        foreach (var member in members)
        {
            if (member.Optional && !member.AlwaysPresent && member.IsAbsent(message))
            {
                count--;
            }
        }

        output.WriteMapHeader(count);
        foreach (var member in members)
        {
            WriteMember(member, message, ref output);
        }
    }

    private static void WriteMember(WireMember member, object message, ref MessagePackWriter output)
    {
        switch (member.Kind)
        {
            case WireKind.Flag:
                if (Has(member, Get<bool?>(member, message), ref output) is { } flag)
                {
                    output.Write(flag);
                }

                break;
            case WireKind.Int32 or WireKind.Int64:
                if (Has(member, Get<long?>(member, message), ref output) is { } number)
                {
                    output.Write(number);
                }

                break;
            case WireKind.Double:
                if (Has(member, Get<double?>(member, message), ref output) is { } real)
                {
                    if (member.IsCount)
                    {
                        output.Write((long)real);
                    }
                    else
                    {
                        output.Write(real);
                    }
                }

                break;
            case WireKind.Time:
                if (Has(member, Get<DateTimeOffset?>(member, message), ref output) is { } time)
                {
                    output.Write(time.UtcDateTime);
                }

                break;
            case WireKind.TimeText:
                if (Has(member, Get<DateTimeOffset?>(member, message), ref output) is { } shown)
                {
                    Span<byte> text = stackalloc byte[IsoTime.MaxLength];
                    var length = IsoTime.Format(shown, text);
                    output.WriteStringHeader(length);
                    text[..length].CopyTo(output.GetSpan(length));
                    output.Advance(length);
                }

                break;
            case WireKind.Text:
                if (Has(member, Get<string>(member, message), ref output) is { } name)
                {
                    output.Write(name);
                }

                break;
            case WireKind.Payload:
                if (Has(member, Get<Payload>(member, message), ref output) is { } payload)
                {
                    PayloadTranscoder.WriteMessagePack(payload, ref output);
                }

                break;
            case WireKind.Message:
                if (Has(member, Get<object>(member, message), ref output) is { } inner)
                {
                    Write(member.Message!, inner, ref output);
                }

                break;
            case WireKind.Messages:
                if (Has(member, Get<object[]>(member, message), ref output) is { } messages)
                {
                    output.WriteArrayHeader(messages.Length);
                    for (var i = 0; i < messages.Length; i++)
                    {
                        Write(member.Message!, messages[i], ref output);
                    }
                }

                break;
            case WireKind.Texts:
                if (Has(member, Get<string[]>(member, message), ref output) is { } texts)
                {
                    output.WriteArrayHeader(texts.Length);
                    foreach (var text in texts)
                    {
                        output.Write(text);
                    }
                }

                break;
            case WireKind.TextMap:
                if (Has(member, Get<Dictionary<string, string>>(member, message), ref output) is { } textMap)
                {
                    output.WriteMapHeader(textMap.Count);
                    foreach (var (key, value) in textMap)
                    {
                        output.Write(key);
                        output.Write(value);
                    }
                }

                break;
            case WireKind.MessageMap:
                if (Has(member, Get<KeyValuePair<string, object>[]>(member, message), ref output) is { } messageMap)
                {
                    output.WriteMapHeader(messageMap.Length);
                    foreach (var (key, value) in messageMap)
                    {
                        output.Write(key);
                        Write(member.Message!, value, ref output);
                    }
                }

                break;
            default:
                throw new InvalidOperationException($"No message writes {member.Kind}.");
        }
    }

    private static T? Get<T>(WireMember member, object message) => Unsafe.As<WireMember<T>>(member).Get(message);

    /// <summary>Writes the key if the value is there, key and nil if it must be shown absent, nothing otherwise.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T? Has<T>(WireMember member, T? value, ref MessagePackWriter output)
    {
        if (value is not null)
        {
            output.WriteRaw(member.MessagePackName);
        }
        else if (member.AlwaysPresent || !member.Optional)
        {
            output.WriteRaw(member.MessagePackName);
            output.WriteNil();
        }

        return value;
    }
}
