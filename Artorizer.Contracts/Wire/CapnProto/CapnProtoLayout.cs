using Artorizer.Contracts.Wire.Schema;

namespace Artorizer.Contracts.Wire.CapnProto;

/// <summary>
/// Gives every field its place in a Cap'n Proto struct as the schema compiler does: in order of ordinals, numbers into the
/// smallest hole that padding has left, or else into a new word; pointers one after another.
/// </summary>
internal static class CapnProtoLayout
{
    private const int Pointer = -1;
    private const int WordSize = 6;

    /// <summary>Fills in <see cref="WireMember.Slot"/> and <see cref="WireMember.FormatSlot"/>.</summary>
    /// <param name="byNumber">The fields; those with a format twice.</param>
    /// <returns>Sizes of both sections in words.</returns>
    public static (int DataWords, int PointerWords) Assign(ReadOnlySpan<WireMember?> byNumber)
    {
        // By binary logarithm of the size in bits: the place of a free piece of that size, in such pieces; 0 for none.
        Span<int> holes = stackalloc int[WordSize];
        holes.Clear();
        var words = 0;
        var pointers = 0;
        for (var number = 1; number < byNumber.Length; number++)
        {
            var member = byNumber[number]!;
            var isFormat = number == member.FormatNumber;
            var size = isFormat ? 4 : LogSize(member.Kind);
            if (size == Pointer)
            {
                member.Slot = pointers++;
            }
            else if (isFormat)
            {
                member.FormatSlot = Place(size, holes, ref words) << size;
            }
            else
            {
                member.Slot = Place(size, holes, ref words) << size;
            }
        }

        return (words, pointers);
    }

    private static int LogSize(WireKind kind) => kind switch
    {
        WireKind.Flag => 0,
        WireKind.Int32 => 5,
        WireKind.Int64 or WireKind.Double or WireKind.Time or WireKind.TimeText => WordSize,
        _ => Pointer,
    };

    private static int Place(int size, Span<int> holes, ref int words)
    {
        if (TakeHole(size, holes) is var hole and > 0)
        {
            return hole;
        }

        var place = words++ << (WordSize - size);
        for (var next = place + 1; size < WordSize; size++)
        {
            holes[size] = next;
            next = (next + 1) / 2;
        }

        return place;
    }

    private static int TakeHole(int size, Span<int> holes)
    {
        if (size >= WordSize)
        {
            return 0;
        }

        if (holes[size] is var hole and > 0)
        {
            holes[size] = 0;
            return hole;
        }

        // Half of a larger hole; the other half stays free.
        var larger = TakeHole(size + 1, holes);
        if (larger == 0)
        {
            return 0;
        }

        holes[size] = (larger * 2) + 1;
        return larger * 2;
    }
}
