namespace Artorizer.Contracts.Wire.Schema;

/// <summary>The table of one message: what every protocol but JSON reads and writes it by.</summary>
internal sealed class WireMessage
{
    private static int _count;

    private readonly sbyte[] _indexByNumber;

    /// <summary>Makes a table.</summary>
    /// <param name="type">The message.</param>
    /// <param name="create">Makes one with the defaults of its fields.</param>
    /// <param name="members">In order of their numbers, which run from 1 without gaps, format fields included.</param>
    public WireMessage(Type type, Func<object> create, IReadOnlyList<WireMember> members)
    {
        Type = type;
        Create = create;
        Members = [.. members];
        var byNumber = new WireMember?[members.Max(m => Math.Max(m.Number, m.FormatNumber)) + 1];
        foreach (var member in Members)
        {
            byNumber[member.Number] = member;
            if (member.FormatNumber > 0)
            {
                byNumber[member.FormatNumber] = member;
            }
        }

        _indexByNumber = [.. byNumber.Select(m => (sbyte)Array.IndexOf(Members, m))];
        RequiredTexts = (uint)Members.Index().Where(m => m.Item is { Kind: WireKind.Text, Optional: false }).Sum(m => 1L << m.Index);
        (DataWords, PointerWords) = CapnProto.CapnProtoLayout.Assign(byNumber);
    }

    /// <summary>Number of the table, from 0; those who keep something for each table go by it.</summary>
    public int Index { get; } = Interlocked.Increment(ref _count) - 1;

    /// <summary>The message.</summary>
    public Type Type { get; }

    /// <summary>Makes a message with the defaults of its fields.</summary>
    public Func<object> Create { get; }

    /// <summary>The fields.</summary>
    public WireMember[] Members { get; }

    /// <summary>The texts that must be there where fields have names, one bit each.</summary>
    public uint RequiredTexts { get; }

    /// <summary>Size of the data section in Cap'n Proto, in words of 8 bytes.</summary>
    public int DataWords { get; }

    /// <summary>Size of the pointer section in Cap'n Proto, in words of 8 bytes.</summary>
    public int PointerWords { get; }

    /// <summary>The index of the field with a number, or whose format has it; -1 if there is none.</summary>
    public int IndexOf(int number) => (uint)number < (uint)_indexByNumber.Length ? _indexByNumber[number] : -1;

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
