using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using ArmCrc32 = System.Runtime.Intrinsics.Arm.Crc32;

namespace Artorizer.Imaging.Internal;

/// <summary>
/// CRC-32 of ISO 3309 (PNG, third edition, annex D). On x86 by folding with carry-less multiplication (Gopal et al., "Fast CRC Computation for
/// Generic Polynomials Using PCLMULQDQ Instruction", Intel, 2009), on Arm by its own instruction, elsewhere by eight tables.
/// </summary>
internal static class Crc32
{
    /// <summary>State before the first byte.</summary>
    public const uint Initial = 0xFFFFFFFF;

    private const uint Polynomial = 0xEDB88320;
    private static readonly uint[] Tables = MakeTables();

    /// <summary>The check value of a state.</summary>
    public static uint Finish(uint state) => ~state;

    public static uint Append(uint state, ReadOnlySpan<byte> data)
    {
        if (Pclmulqdq.IsSupported && data.Length >= 4 * Vector128<byte>.Count)
        {
            state = Fold(state, ref data);
        }
        else if (ArmCrc32.Arm64.IsSupported)
        {
            foreach (var word in MemoryMarshal.Cast<byte, ulong>(data))
            {
                state = ArmCrc32.Arm64.ComputeCrc32(state, word);
            }

            data = data[(data.Length & ~7)..];
        }

        return AppendByTables(state, data);
    }

    internal static uint AppendByTables(uint state, ReadOnlySpan<byte> data)
    {
        var tables = Tables.AsSpan(0, 8 * 256);
        while (data.Length >= 8)
        {
            var low = BinaryPrimitives.ReadUInt32LittleEndian(data) ^ state;
            var high = BinaryPrimitives.ReadUInt32LittleEndian(data[4..]);
            state = tables[0x700 + (int)(low & 0xFF)] ^ tables[0x600 + (int)((low >> 8) & 0xFF)]
                ^ tables[0x500 + (int)((low >> 16) & 0xFF)] ^ tables[0x400 + (int)(low >> 24)]
                ^ tables[0x300 + (int)(high & 0xFF)] ^ tables[0x200 + (int)((high >> 8) & 0xFF)]
                ^ tables[0x100 + (int)((high >> 16) & 0xFF)] ^ tables[(int)(high >> 24)];
            data = data[8..];
        }

        foreach (var value in data)
        {
            state = tables[(int)((state ^ value) & 0xFF)] ^ (state >> 8);
        }

        return state;
    }

    /// <summary>Folds all whole 16-byte blocks into one and takes the check of that one. The constants are x^n mod P, bit-reflected, from the paper.</summary>
    private static uint Fold(uint state, ref ReadOnlySpan<byte> data)
    {
        var by512 = Vector128.Create(0x0154442BD4UL, 0x01C6E41596UL);
        var by128 = Vector128.Create(0x01751997D0UL, 0x00CCAA009EUL);
        var blocks = MemoryMarshal.Cast<byte, Vector128<ulong>>(data);
        data = data[(blocks.Length * Vector128<byte>.Count)..];

        var x0 = blocks[0] ^ Vector128.CreateScalar(state).AsUInt64();
        var x1 = blocks[1];
        var x2 = blocks[2];
        var x3 = blocks[3];
        blocks = blocks[4..];
        while (blocks.Length >= 4)
        {
            x0 = Multiply(x0, by512) ^ blocks[0];
            x1 = Multiply(x1, by512) ^ blocks[1];
            x2 = Multiply(x2, by512) ^ blocks[2];
            x3 = Multiply(x3, by512) ^ blocks[3];
            blocks = blocks[4..];
        }

        x0 = Multiply(x0, by128) ^ x1;
        x0 = Multiply(x0, by128) ^ x2;
        x0 = Multiply(x0, by128) ^ x3;
        foreach (var block in blocks)
        {
            x0 = Multiply(x0, by128) ^ block;
        }

        Span<byte> folded = stackalloc byte[Vector128<byte>.Count];
        x0.AsByte().CopyTo(folded);
        return AppendByTables(0, folded);
    }

    private static Vector128<ulong> Multiply(Vector128<ulong> value, Vector128<ulong> constants) =>
        Pclmulqdq.CarrylessMultiply(value, constants, 0x00) ^ Pclmulqdq.CarrylessMultiply(value, constants, 0x11);

    private static uint[] MakeTables()
    {
        var tables = new uint[8 * 256];
        for (var i = 0; i < tables.Length; i++)
        {
            var value = i < 256 ? (uint)i : tables[i - 256];
            for (var bit = 0; bit < 8; bit++)
            {
                value = (value & 1) != 0 ? (value >> 1) ^ Polynomial : value >> 1;
            }

            tables[i] = value;
        }

        return tables;
    }
}
