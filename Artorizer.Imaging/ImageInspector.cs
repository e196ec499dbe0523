using Artorizer.Imaging.Internal;

namespace Artorizer.Imaging;

/// <summary>
/// Checks an image while it flows past: format, size, frames, and whether the file is structurally whole. Nothing is decoded.
/// <para>
/// Append the file once, in order, in chunks of any size; the answer depends on the bytes alone. Time is linear in the length. Memory is under
/// 4 KiB for JPEG, PNG, GIF and WebP, under 512 KiB for TIFF (at 1,000 pages) and under 2 MiB for AVIF and HEIF, whatever the file says.
/// No input makes it throw. <see cref="Failure"/> is set with the byte that decides, so that a caller can stop reading there.
/// </para>
/// <para>Not safe for use by several threads at once.</para>
/// </summary>
public sealed class ImageInspector
{
    private readonly ImageLimits _limits;
    private byte[]? _head;
    private int _headLength;
    private FormatInspector? _inspector;
    private ImageFailure? _failure;
    private ImageInspection? _result;
    private long _length;

    /// <summary>Makes an inspector for one file.</summary>
    /// <param name="limits">What the image may say it is; <see cref="ImageLimits.Default"/> if omitted.</param>
    public ImageInspector(ImageLimits? limits = null) => _limits = limits ?? ImageLimits.Default;

    /// <summary>What the file claims to be, once enough bytes have come (12, or the first box of AVIF and HEIF).</summary>
    public ImageFormat? Format { get; private set; }

    /// <summary>Width in pixels, once the header has been seen.</summary>
    public int? Width => _inspector?.Width;

    /// <summary>Height in pixels, once the header has been seen.</summary>
    public int? Height => _inspector?.Height;

    /// <summary>Frames counted or announced so far.</summary>
    public int? Frames => _inspector?.Frames;

    /// <summary>Why the file must be refused; set as soon as that is certain. Bytes appended later change nothing.</summary>
    public ImageFailure? Failure => _failure ?? _inspector?.Failure;

    /// <summary>Inspects the next bytes of the file.</summary>
    /// <exception cref="InvalidOperationException"><see cref="Complete"/> was called before.</exception>
    public void Append(ReadOnlySpan<byte> data)
    {
        if (_result is not null)
        {
            throw new InvalidOperationException("The inspection is complete.");
        }

        _length += data.Length;
        if (_failure is not null || data.IsEmpty)
        {
            return;
        }

        if (_inspector is null)
        {
            data = Recognize(data);
        }

        _inspector?.Append(data);
    }

    /// <summary>Says that the file ends here. Calling it again gives the same answer.</summary>
    public ImageInspection Complete()
    {
        if (_result is not null)
        {
            return _result;
        }

        if (_inspector is not null)
        {
            _inspector.Complete();
        }
        else
        {
            _failure ??= _length == 0 ? ImageFailure.Empty : ImageFailure.NotAnImage;
        }

        return _result = new ImageInspection
        {
            Format = Format,
            Width = Width,
            Height = Height,
            Frames = Frames,
            BitsPerSample = _inspector?.BitsPerSample,
            HasAlpha = _inspector?.HasAlpha,
            Length = _length,
            TrailingBytes = _inspector is { IsFinished: true, Failure: null } ? _length - _inspector.Position : 0,
            Failure = Failure,
        };
    }

    /// <summary>Gathers the first bytes until they tell the format, hands them to its inspector, and returns what is left of the data.</summary>
    private ReadOnlySpan<byte> Recognize(ReadOnlySpan<byte> data)
    {
        var head = data;
        if (_headLength > 0 || !ImageFormats.TrySniff(data, out _))
        {
            // TrySniff decides within SniffLength bytes, so the buffer never overflows undecided.
            _head ??= new byte[ImageFormats.SniffLength];
            var taken = Math.Min(data.Length, _head.Length - _headLength);
            data[..taken].CopyTo(_head.AsSpan(_headLength));
            _headLength += taken;
            head = _head.AsSpan(0, _headLength);
            data = data[taken..];
        }
        else
        {
            data = default;
        }

        if (!ImageFormats.TrySniff(head, out var format))
        {
            return default;
        }

        Format = format;
        _inspector = format is null ? null : FormatInspector.For(format, _limits);
        if (_inspector is null)
        {
            _failure = ImageFailure.NotAnImage;
        }

        _inspector?.Append(head);
        _head = null;
        return data;
    }
}
