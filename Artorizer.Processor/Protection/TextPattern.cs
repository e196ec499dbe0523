namespace Artorizer.Processor.Protection;

/// <summary>A drawing that repeats in both directions: white letters on a dark rim.</summary>
internal sealed class TextPattern
{
    private readonly float[] _cover;
    private readonly float[] _colour;
    private readonly int _width;
    private readonly int _height;

    private TextPattern(int width, int height)
    {
        (_width, _height) = (width, height);
        _cover = new float[width * height];
        _colour = new float[width * height];
    }

    /// <param name="letters">Coverage by letters, 0..255.</param>
    /// <param name="width">Width of the drawing.</param>
    /// <param name="height">Height of the drawing.</param>
    /// <param name="rim">Width of the rim in pixels.</param>
    internal static TextPattern From(byte[] letters, int width, int height, int rim)
    {
        var pattern = new TextPattern(width, height);
        var grown = Grow(Grow(letters, width, height, rim, horizontal: true), width, height, rim, horizontal: false);
        for (var i = 0; i < letters.Length; i++)
        {
            pattern._cover[i] = Math.Max(grown[i], letters[i]) / 255f;
            pattern._colour[i] = grown[i] == 0 ? 0 : letters[i];
        }

        return pattern;
    }

    internal (float Cover, float Colour) At(int x, int y)
    {
        // Every other row of texts is shifted by half a text, so that no straight gap runs through the image.
        var row = y / _height;
        var index = (y % _height * _width) + ((x + (row % 2 * (_width / 2))) % _width);
        return (_cover[index], _colour[index]);
    }

    private static byte[] Grow(byte[] source, int width, int height, int rim, bool horizontal)
    {
        var result = new byte[source.Length];
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                byte largest = 0;
                for (var d = -rim; d <= rim; d++)
                {
                    var (nx, ny) = horizontal ? (x + d, y) : (x, y + d);
                    if (nx >= 0 && nx < width && ny >= 0 && ny < height)
                    {
                        largest = Math.Max(largest, source[(ny * width) + nx]);
                    }
                }

                result[(y * width) + x] = largest;
            }
        }

        return result;
    }
}
