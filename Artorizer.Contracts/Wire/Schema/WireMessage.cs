namespace Artorizer.Contracts.Wire.Schema;

/// <summary>The table of one message: what every protocol but JSON reads and writes it by.</summary>
internal sealed class WireMessage
{
    private readonly WireMember?[] _byNumber;

    /// <summary>Makes a table.</summary>
    /// <param name="type">The message.</param>
    /// <param name="create">Makes one with the defaults of its fields.</param>
    /// <param name="members">In order of their numbers, which run from 1 without gaps, format fields included.</param>
    public WireMessage(Type type, Func<object> create, IReadOnlyList<WireMember> members)
    {
        Type = type;
        Create = create;
        Members = [.. members];
        _byNumber = new WireMember?[members.Max(m => Math.Max(m.Number, m.FormatNumber)) + 1];
        foreach (var member in Members)
        {
            _byNumber[member.Number] = member;
            if (member.FormatNumber > 0)
            {
                _byNumber[member.FormatNumber] = member;
            }
        }

        (DataWords, PointerWords) = CapnProto.CapnProtoLayout.Assign(_byNumber);
    }

    /// <summary>The message.</summary>
    public Type Type { get; }

    /// <summary>Makes a message with the defaults of its fields.</summary>
    public Func<object> Create { get; }

    /// <summary>The fields.</summary>
    public WireMember[] Members { get; }

    /// <summary>Size of the data section in Cap'n Proto, in words of 8 bytes.</summary>
    public int DataWords { get; }

    /// <summary>Size of the pointer section in Cap'n Proto, in words of 8 bytes.</summary>
    public int PointerWords { get; }

    /// <summary>The field with a number, or whose format has it; <see langword="null"/> if there is none.</summary>
    public WireMember? Find(int number) => (uint)number < (uint)_byNumber.Length ? _byNumber[number] : null;

    /// <summary>The index of the field with a name; -1 if there is none.</summary>
    /// <param name="utf8Name">The name.</param>
    /// <param name="guess">Where it probably is; senders mostly keep the order.</param>
    public int IndexOf(ReadOnlySpan<byte> utf8Name, int guess)
    {
        if (guess < Members.Length && Members[guess].Utf8Name.SequenceEqual(utf8Name))
        {
            return guess;
        }

        for (var i = 0; i < Members.Length; i++)
        {
            if (Members[i].Utf8Name.SequenceEqual(utf8Name))
            {
                return i;
            }
        }

        return -1;
    }
}
