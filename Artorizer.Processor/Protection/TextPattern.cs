namespace Artorizer.Processor.Protection;

/// <summary>A drawing that repeats in both directions from the middle of a picture: white letters on a dark rim.</summary>
internal sealed class TextPattern
{
    private readonly float[] _cover;
    private readonly float[] _colour;
    private readonly int _width;
    private readonly int _height;
    private readonly int _left;
    private readonly int _top;
    private readonly int _middleRow;

    private TextPattern(int width, int height, int pictureWidth, int pictureHeight)
    {
        (_width, _height) = (width, height);

        // How far the drawing that lies in the middle of the picture is from its edges, into the drawing before it where it is larger.
        (_left, _top) = (Shift(width, pictureWidth), Shift(height, pictureHeight));
        _middleRow = ((pictureHeight / 2) + _top) / height;
        _cover = new float[width * height];
        _colour = new float[width * height];
    }

    /// <param name="letters">Coverage by letters, 0..255.</param>
    /// <param name="width">Width of the drawing.</param>
    /// <param name="height">Height of the drawing.</param>
    /// <param name="rim">Width of the rim in pixels.</param>
    /// <param name="pictureWidth">Width of the picture, in whose middle one drawing lies.</param>
    /// <param name="pictureHeight">Its height.</param>
    internal static TextPattern From(byte[] letters, int width, int height, int rim, int pictureWidth, int pictureHeight)
    {
        var pattern = new TextPattern(width, height, pictureWidth, pictureHeight);
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
        var (row, inRow) = Math.DivRem(y + _top, _height);
        var shift = (row - _middleRow) % 2 == 0 ? 0 : _width / 2;
        var index = (inRow * _width) + ((x + _left + shift) % _width);
        return (_cover[index], _colour[index]);
    }

    private static int Shift(int size, int pictureSize) => ((((size - pictureSize) / 2) % size) + size) % size;

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
