using System.ComponentModel.DataAnnotations;
using System.Text;

namespace Artorizer.Examples.Tasks;

/// <summary>Data of <c>draw</c>: bytes arrive as bytes, in MessagePack natively and in JSON as base64 text.</summary>
internal sealed record Portrait([MinLength(1)] byte[] Pixels, [Range(1, 4096)] int Width);

/// <summary>A picture in the PGM format, and what it is made of.</summary>
internal sealed record Drawing(byte[] Image, int Width, int Height, string? Caption)
{
    public static Drawing Of(Portrait portrait)
    {
        var height = portrait.Pixels.Length / portrait.Width;
        byte[] image = [.. Encoding.ASCII.GetBytes($"P5 {portrait.Width} {height} 255\n"), .. portrait.Pixels.AsSpan(0, portrait.Width * height)];
        return new Drawing(image, portrait.Width, height, Caption: null);
    }
}
