using System.Runtime.CompilerServices;
using Artorizer.Contracts.Jobs;

namespace Artorizer.Contracts.Wire.Schema;

/// <summary>What belongs to one field but comes in several pieces: elements of lists, entries of maps, a payload and its format.</summary>
internal struct WireGathered
{
    private List<Piece>? _pieces;

    /// <summary>Keeps an element or an entry.</summary>
    public void Add(WireMember member, object element) => Of(member).Elements.Add(element);

    /// <summary>Keeps the bytes of a payload.</summary>
    public void SetBytes(WireMember member, byte[] bytes) => Of(member).Bytes = bytes;

    /// <summary>Keeps the format of a payload.</summary>
    public void SetFormat(WireMember member, int format) => Of(member).Format = format;

    /// <summary>Puts everything kept into the message.</summary>
    public readonly void SetAll(object message)
    {
        foreach (var piece in _pieces ?? [])
        {
            var member = piece.Member;
            switch (member.Kind)
            {
                case WireKind.Payload:
                    if (PayloadFormats.Read(piece.Bytes, piece.Format) is { } payload)
                    {
                        Unsafe.As<WireMember<Payload>>(member).Set(message, payload);
                    }

                    break;
                case WireKind.Messages:
                    Unsafe.As<WireMember<object[]>>(member).Set(message, [.. piece.Elements]);
                    break;
                case WireKind.Texts:
                    Unsafe.As<WireMember<string[]>>(member).Set(message, [.. piece.Elements.Cast<string>()]);
                    break;
                case WireKind.TextMap:
                    var texts = new Dictionary<string, string>();
                    foreach (var entry in piece.Elements)
                    {
                        var (key, value) = (KeyValuePair<string, object>)entry;
                        texts[key] = (string)value;
                    }

                    Unsafe.As<WireMember<Dictionary<string, string>>>(member).Set(message, texts);
                    break;
                default:
                    Unsafe.As<WireMember<KeyValuePair<string, object>[]>>(member).Set(message, [.. piece.Elements.Cast<KeyValuePair<string, object>>()]);
                    break;
            }
        }
    }

    private Piece Of(WireMember member)
    {
        _pieces ??= [];
        foreach (var piece in _pieces)
        {
            if (ReferenceEquals(piece.Member, member))
            {
                return piece;
            }
        }

        var added = new Piece(member);
        _pieces.Add(added);
        return added;
    }

    private sealed class Piece(WireMember member)
    {
        private List<object>? _elements;

        public WireMember Member => member;

        public List<object> Elements => _elements ??= [];

        public byte[] Bytes { get; set; } = [];

        public int Format { get; set; }
    }
}
