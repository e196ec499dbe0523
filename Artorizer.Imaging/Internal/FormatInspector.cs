namespace Artorizer.Imaging.Internal;

/// <summary>
/// Drives one format's state machine. A derived class says what it wants next (<see cref="Read"/> a block of known size, <see cref="Skip"/> a
/// number of bytes, <see cref="Scan"/> for a pattern, or <see cref="Finish"/>) and is called back when that has come. It never sees where chunks
/// were cut, except in <see cref="OnScan"/> and <see cref="OnSkipping"/>, so the answer cannot depend on it.
/// Every cycle of a derived machine must read at least one byte; that bounds the time.
/// </summary>
internal abstract class FormatInspector(ImageFormat format, ImageLimits limits)
{
    private Step _step;
    private long _wanted;
    private byte[] _block = [];
    private int _blockLength;

    private enum Step
    {
        Read,
        Skip,
        Scan,
        Finished,
    }

    public int? Width { get; private set; }

    public int? Height { get; private set; }

    public int? Frames { get; protected set; }

    public int? BitsPerSample { get; protected set; }

    public bool? HasAlpha { get; protected set; }

    public ImageFailure? Failure { get; private set; }

    /// <summary>Bytes taken so far; where the image ended once <see cref="IsFinished"/>.</summary>
    public long Position { get; private set; }

    /// <summary>Whether the format's own end mark was seen; what follows is not looked at.</summary>
    public bool IsFinished => _step == Step.Finished;

    public static FormatInspector For(ImageFormat format, ImageLimits limits)
    {
        if (format == ImageFormats.Jpeg)
        {
            return new JpegInspector(limits);
        }

        if (format == ImageFormats.Png)
        {
            return new PngInspector(limits);
        }

        if (format == ImageFormats.Gif)
        {
            return new GifInspector(limits);
        }

        if (format == ImageFormats.WebP)
        {
            return new WebPInspector(limits);
        }

        return format == ImageFormats.Tiff ? new TiffInspector(limits) : new HeifInspector(format, limits);
    }

    public void Append(ReadOnlySpan<byte> data)
    {
        while (Failure is null)
        {
            switch (_step)
            {
                case Step.Read:
                    if (!TryTakeBlock(ref data, out var block))
                    {
                        return;
                    }

                    OnBlock(block);
                    break;

                case Step.Skip:
                    var skipped = (int)Math.Min(_wanted, data.Length);
                    OnSkipping(data[..skipped]);
                    Advance(ref data, skipped);
                    _wanted -= skipped;
                    if (_wanted > 0)
                    {
                        return;
                    }

                    OnSkipped();
                    break;

                case Step.Scan:
                    if (data.IsEmpty)
                    {
                        return;
                    }

                    var scanned = OnScan(data, out var found);
                    Advance(ref data, scanned);
                    if (found is { } value)
                    {
                        OnFound(value);
                    }

                    break;

                default:
                    return;
            }
        }
    }

    /// <summary>Says that no more bytes come.</summary>
    public void Complete()
    {
        if (Failure is null && !IsFinished)
        {
            OnEnd();
        }
    }

    /// <summary>Called with exactly the bytes that <see cref="Read"/> asked for. They are valid during the call only.</summary>
    protected abstract void OnBlock(ReadOnlySpan<byte> block);

    /// <summary>Called with the pieces of what is being skipped, which may be empty.</summary>
    protected virtual void OnSkipping(ReadOnlySpan<byte> piece)
    {
    }

    /// <summary>Called when all that <see cref="Skip"/> asked for has gone past.</summary>
    protected virtual void OnSkipped()
    {
    }

    /// <summary>Returns how many bytes were looked at; all of them unless something was found in the last of them.</summary>
    protected virtual int OnScan(ReadOnlySpan<byte> data, out byte? found)
    {
        found = null;
        return data.Length;
    }

    /// <summary>Called with what <see cref="OnScan"/> found.</summary>
    protected virtual void OnFound(byte value)
    {
    }

    /// <summary>Called where the file ends without the format's own end mark.</summary>
    protected virtual void OnEnd() => FailTruncated();

    /// <summary>Whether no part of the block asked for has come; only then may a format without an end mark end.</summary>
    protected bool IsBetweenBlocks => _step == Step.Read && _blockLength == 0;

    protected void Read(int count)
    {
        _step = Step.Read;
        _wanted = count;
    }

    protected void Skip(long count)
    {
        _step = Step.Skip;
        _wanted = count;
    }

    protected void Scan() => _step = Step.Scan;

    protected void Finish() => _step = Step.Finished;

    protected void FailTruncated() => Failure ??= ImageFailure.Truncated(format);

    protected void FailMalformed(string what) => Failure ??= ImageFailure.Malformed(format, what);

    protected void FailUnsupported(string what) => Failure ??= ImageFailure.Unsupported(format, what);

    /// <summary>Sets the size of the picture and holds it against the limits.</summary>
    protected void SetSize(ulong width, ulong height)
    {
        Width = (int)Math.Min(width, int.MaxValue);
        Height = (int)Math.Min(height, int.MaxValue);
        CheckSize(width, height);
    }

    /// <summary>Holds the size of a frame or page that is not the first against the limits.</summary>
    protected void CheckSize(ulong width, ulong height)
    {
        if (width == 0 || height == 0)
        {
            FailMalformed("a side of the picture is 0 pixels long");
        }
        else if (width > (ulong)limits.MaxSide || height > (ulong)limits.MaxSide || width * height > (ulong)limits.MaxPixels)
        {
            Failure ??= ImageFailure.TooManyPixels(width, height, limits);
        }
    }

    /// <summary>Sets how many frames or pages have been seen or announced, and holds them against the limits.</summary>
    /// <param name="frames">Their number.</param>
    /// <param name="pixels">Pixels of all of them; <see langword="null"/> where each is as large as the picture.</param>
    protected void SetFrames(long frames, ulong? pixels = null)
    {
        Frames = (int)Math.Min(frames, int.MaxValue);
        if (frames > limits.MaxFrames)
        {
            Failure ??= ImageFailure.TooManyFrames(limits);
        }
        else if ((pixels ?? (UInt128)(Width ?? 0) * (uint)(Height ?? 0) * (ulong)frames) > (ulong)limits.MaxPixels)
        {
            Failure ??= ImageFailure.TooManyPixelsInAll(limits);
        }
    }

    private bool TryTakeBlock(ref ReadOnlySpan<byte> data, out ReadOnlySpan<byte> block)
    {
        var wanted = (int)_wanted;
        if (_blockLength == 0 && data.Length >= wanted)
        {
            block = data[..wanted];
            Advance(ref data, wanted);
            return true;
        }

        // The buffer grows with what has come, not with what a header promises.
        var taken = Math.Min(wanted - _blockLength, data.Length);
        if (_block.Length < _blockLength + taken)
        {
            Array.Resize(ref _block, Math.Min(wanted, Math.Max(_blockLength + taken, Math.Max(32, _block.Length * 2))));
        }

        data[..taken].CopyTo(_block.AsSpan(_blockLength));
        _blockLength += taken;
        Advance(ref data, taken);
        if (_blockLength < wanted)
        {
            block = default;
            return false;
        }

        block = _block.AsSpan(0, wanted);
        _blockLength = 0;
        return true;
    }

    private void Advance(ref ReadOnlySpan<byte> data, int count)
    {
        data = data[count..];
        Position += count;
    }
}
