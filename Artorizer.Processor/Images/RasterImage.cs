using Artorizer.Imaging;
using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>
/// A decoded image in native memory: upright, interleaved, 8 or 16 bits a sample, grey or RGB, with or without alpha.
/// Analyzers read it; protection stages change it in place, so that a 100-megapixel image is held once.
/// </summary>
public sealed unsafe class RasterImage : IDisposable
{
    // The pixels are upright now; and the thumbnail inside EXIF would be an unprotected copy.
    private static readonly string[] NotKept = ["orientation", "jpeg-thumbnail-data"];
    private const string ProfileField = "icc-profile-data";
    private const string XmpField = "xmp-data";

    // What belongs to an animation and not to one frame of it.
    private static readonly string[] OfAnimations = ["page-height", "n-pages", "delay", "loop", "gif-delay", "gif-loop"];

    private readonly Image _header;
    private readonly bool _isFrame;
    private nint _data;

    private RasterImage(Image header, nint data, int height, bool isFrame)
    {
        _header = header;
        _data = data;
        _isFrame = isFrame;
        Width = header.Width;
        Height = height;
        Bands = header.Bands;
        SampleBytes = header.Format == Enums.BandFormat.Ushort ? 2 : 1;
    }

    /// <summary>Width in pixels, orientation applied.</summary>
    public int Width { get; }

    /// <summary>Height in pixels, orientation applied.</summary>
    public int Height { get; }

    /// <summary>Samples of a pixel: 1 grey, 2 grey and alpha, 3 RGB, 4 RGB and alpha.</summary>
    public int Bands { get; }

    /// <summary>1 for 8-bit, 2 for 16-bit samples.</summary>
    public int SampleBytes { get; }

    /// <summary>Samples of a pixel without alpha: 1 or 3.</summary>
    public int ColourBands => Bands <= 2 ? 1 : 3;

    /// <summary>Whether the last sample of a pixel is alpha.</summary>
    public bool HasAlpha => Bands is 2 or 4;

    /// <summary>What a sample of one 8-bit step is worth: 1, or 257 in 16-bit images.</summary>
    public float SampleScale => SampleBytes == 1 ? 1f : 257f;

    /// <summary>What of the metadata is not written again, as sentences for the picture's owner.</summary>
    public IReadOnlyList<string> Dropped =>
    [
        .. HasUnfitProfile ? ["The colour profile is for other colours than the picture has, and was left out."] : Array.Empty<string>(),
        .. Xmp is { } xmp ? XmpAttachments.Remove(xmp).Dropped : [],
    ];

    /// <summary>Whether a colour profile came with the picture that fits it.</summary>
    internal bool HasProfile => _header.Contains(ProfileField) && !HasUnfitProfile;

    /// <summary>The metadata that came with the image, as libvips names them.</summary>
    public Image Header => _header;

    /// <summary>Evaluates a libvips image of 1 to 4 bands of uchar or ushort into memory. Takes ownership of it.</summary>
    /// <exception cref="VipsException">It cannot be decoded.</exception>
    public static RasterImage Take(Image image)
    {
        try
        {
            return new RasterImage(image, image.WriteToMemory(out _), image.Height, isFrame: false);
        }
        catch
        {
            image.Dispose();
            throw;
        }
    }

    /// <summary>One of several frames of equal height that lie below each other in this image: its own pixels, valid while this image is.</summary>
    internal RasterImage Frame(int index, int count)
    {
        var height = Height / count;
        return new RasterImage(_header, _data + ((nint)index * height * Width * Bands * SampleBytes), height, isFrame: true);
    }

    /// <summary>The samples of one row of an 8-bit image.</summary>
    public Span<byte> Row8(int y) => new((byte*)_data + ((nint)y * Width * Bands), Width * Bands);

    /// <summary>The samples of one row of a 16-bit image.</summary>
    public Span<ushort> Row16(int y) => new((ushort*)_data + ((nint)y * Width * Bands), Width * Bands);

    /// <summary>The pixels as they are now with the metadata of the source, for an encoder. Dispose it before this image.</summary>
    public Image ToVips()
    {
        var size = (ulong)Width * (ulong)Height * (ulong)Bands * (ulong)SampleBytes;
        using var pixels = Image.NewFromMemory(_data, size, Width, Height, Bands, _header.Format);
        using var shaped = pixels.Copy(interpretation: _header.Interpretation, xres: _header.Xres, yres: _header.Yres);
        return shaped.Mutate(target =>
        {
            var builtIn = target.GetFields().ToHashSet(StringComparer.Ordinal);
            foreach (var field in _header.GetFields())
            {
                if (!builtIn.Contains(field) && !NotKept.Contains(field) && !(_isFrame && OfAnimations.Contains(field)))
                {
                    Set(target, field);
                }
            }

            // An encoder writes the EXIF block as it came, with the old orientation, unless told otherwise.
            target.Set(GValue.GIntType, "orientation", 1);
        });
    }

    /// <summary>What is left out whole, as <see cref="Dropped"/> tells.</summary>
    internal MetadataKinds LeftOut => (HasUnfitProfile ? MetadataKinds.ColourProfile : MetadataKinds.None)
        | (Xmp is { } xmp ? LeftOutOf(XmpAttachments.Remove(xmp)) : MetadataKinds.None);

    private static MetadataKinds LeftOutOf((byte[] Packet, IReadOnlyList<string> Dropped) xmp) =>
        (xmp.Packet.Length == 0 ? MetadataKinds.Xmp : MetadataKinds.None) | (xmp.Dropped.Count > 0 ? MetadataKinds.Companions : MetadataKinds.None);

    private byte[]? Xmp => _header.Contains(XmpField) ? _header.Get(XmpField) as byte[] : null;

    private bool HasUnfitProfile =>
        _header.Contains(ProfileField) && _header.Get(ProfileField) is byte[] profile && !IccProfiles.Fits(profile, ColourBands);

    private void Set(MutableImage target, string field)
    {
        var value = _header.Get(field);
        switch (field)
        {
            // Encoders and viewers refuse a profile for colours that are not there.
            case ProfileField when HasUnfitProfile:
                break;
            case XmpField when value is byte[] xmp:
                if (XmpAttachments.Remove(xmp).Packet is { Length: > 0 } rest)
                {
                    target.Set(GValue.BlobType, field, XmpPacket.Upright(rest, Width, _isFrame ? Height : _header.PageHeight));
                }

                break;
            default:
                target.Set(_header.GetTypeOf(field), field, value);
                break;
        }
    }

    /// <summary>Luminance of one row in 8-bit steps; see <see cref="Luma"/>.</summary>
    public void ReadLuma(int y, Span<byte> luma)
    {
        if (SampleBytes == 1)
        {
            Luma.Convert(Row8(y), Bands, luma);
        }
        else
        {
            Luma.Convert(Row16(y), Bands, luma);
        }
    }

    /// <summary>The luminance of the whole image, 8 bits a pixel.</summary>
    public LumaPlane ReadLuma()
    {
        var plane = new LumaPlane(Width, Height);
        for (var y = 0; y < Height; y++)
        {
            ReadLuma(y, plane.Row(y));
        }

        return plane;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!_isFrame)
        {
            _header.Dispose();
            NetVips.NetVips.Free(_data);
        }

        _data = 0;
    }
}
