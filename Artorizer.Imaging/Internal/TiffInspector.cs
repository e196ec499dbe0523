namespace Artorizer.Imaging.Internal;

/// <summary>
/// TIFF 6.0 and BigTIFF. The header points to the first directory, which always lies ahead; so do, nearly always, further directories and the
/// arrays that tell where strips and tiles are. They are read as they flow past, and the furthest byte that anything points to is held against
/// the length in the end.
/// <para>
/// Not checked: what a file points to behind the place that says so. A next directory there leaves the number of pages unknown, and arrays there
/// leave that page's strips unchecked. Of a page's strips, the one that begins last is taken for the one that ends last. Sub-directories (EXIF,
/// reduced pictures) and compressed data are not looked at.
/// </para>
/// </summary>
internal sealed class TiffInspector : FormatInspector
{
    // Directories have a few dozen entries. 1,024 of BigTIFF's take 20 KiB.
    private const int MaxEntries = 1024;

    // Arrays are read in pieces of this size.
    private const int MaxPiece = 4096;

    private readonly PriorityQueue<TiffTarget, ulong> _targets = new();
    private TiffByteOrder _order;
    private State _state;
    private int _entryCount;
    private TiffTarget _target;
    private ulong _remaining;
    private ulong _index;
    private ulong _lastOffset;
    private ulong _lastIndex;
    private ulong _requiredLength;
    private long _pages;
    private ulong _pixels;
    private bool _lostPages;

    public TiffInspector(ImageLimits limits)
        : base(ImageFormats.Tiff, limits) => Expect(State.Header, 8);

    private enum State
    {
        Header,
        BigHeader,
        Seek,
        EntryCount,
        Entries,
        Offsets,
        ByteCount,
        Rest,
    }

    protected override void OnBlock(ReadOnlySpan<byte> block)
    {
        switch (_state)
        {
            case State.Header:
                OnHeader(block);
                break;

            case State.BigHeader:
                Follow(_order.Read(block, 8));
                break;

            case State.EntryCount:
                OnEntryCount(_order.Read(block, _order.EntryCountSize));
                break;

            case State.Entries:
                OnEntries(block);
                break;

            case State.Offsets:
                OnOffsets(block);
                break;

            case State.ByteCount:
                Require(_target.StripOffset, _order.Read(block, _target.Values.ElementSize));
                SeekNext();
                break;
        }
    }

    protected override void OnSkipped()
    {
        switch (_target.Kind)
        {
            case TiffTargetKind.Directory:
                Expect(State.EntryCount, _order.EntryCountSize);
                break;

            case TiffTargetKind.Offsets:
                _remaining = _target.Values.Count;
                _index = 0;
                _lastOffset = 0;
                _lastIndex = 0;
                ExpectOffsets();
                break;

            default:
                Expect(State.ByteCount, _target.Values.ElementSize);
                break;
        }
    }

    protected override void OnEnd()
    {
        if (_state != State.Rest || _requiredLength > (ulong)Position)
        {
            FailTruncated();
        }
    }

    private void OnHeader(ReadOnlySpan<byte> block)
    {
        _order = new TiffByteOrder(block[0] == (byte)'I', block[2] == 43 || block[3] == 43);
        if (!_order.IsBig)
        {
            Follow(_order.Read(block[4..], 4));
        }
        else if (_order.Read(block[4..], 2) != 8 || _order.Read(block[6..], 2) != 0)
        {
            FailMalformed("its header is wrong");
        }
        else
        {
            Expect(State.BigHeader, 8);
        }
    }

    /// <summary>Goes to the first directory, which cannot lie within the header.</summary>
    private void Follow(ulong offset)
    {
        if (offset < (ulong)Position)
        {
            FailMalformed("it has no directory");
            return;
        }

        Add(offset, new TiffTarget(TiffTargetKind.Directory));
        SeekNext();
    }

    private void OnEntryCount(ulong count)
    {
        if (count is 0 or > MaxEntries)
        {
            FailMalformed("a directory has an impossible number of entries");
            return;
        }

        _entryCount = (int)count;
        Expect(State.Entries, (_entryCount * _order.EntrySize) + _order.OffsetSize);
    }

    private void OnEntries(ReadOnlySpan<byte> block)
    {
        var page = TiffPage.Read(_order, block, _entryCount);
        _requiredLength = Math.Max(_requiredLength, page.RequiredLength);
        _pages++;
        if (_pages == 1)
        {
            BitsPerSample = (int?)page.BitsPerSample;
            HasAlpha = page.HasAlpha;
            SetSize(page.Width, page.Height);
        }
        else
        {
            CheckSize(page.Width, page.Height);
        }

        if (!page.HasData)
        {
            FailMalformed("a page has no image data");
            return;
        }

        if (Failure is not null)
        {
            return;
        }

        var next = _order.Read(block[(_entryCount * _order.EntrySize)..], _order.OffsetSize);
        if (next >= (ulong)Position)
        {
            Add(next, new TiffTarget(TiffTargetKind.Directory));
        }
        else if (next != 0)
        {
            _lostPages = true;
        }

        _pixels += page.IsCopy ? 0 : page.Width * page.Height;
        SetFrames(_pages, _pixels);
        Frames = _lostPages ? null : Frames;
        AddData(page);
        SeekNext();
    }

    /// <summary>Looks for the strip or tile that begins last, so that its end can be held against the length of the file.</summary>
    private void AddData(in TiffPage page)
    {
        if (!page.Offsets.IsInline)
        {
            Add(page.Offsets.Offset, new TiffTarget(TiffTargetKind.Offsets, page.Offsets, page.ByteCounts));
            return;
        }

        ulong lastOffset = 0;
        ulong lastIndex = 0;
        for (ulong i = 0; i < page.Offsets.Count; i++)
        {
            var offset = page.Offsets.InlineValue(i) ?? 0;
            if (offset > lastOffset)
            {
                (lastOffset, lastIndex) = (offset, i);
            }
        }

        OnLastOffset(lastOffset, lastIndex, page.ByteCounts);
    }

    private void ExpectOffsets()
    {
        var size = (ulong)_target.Values.ElementSize;
        Expect(State.Offsets, (int)(Math.Min(_remaining, MaxPiece / size) * size));
    }

    private void OnOffsets(ReadOnlySpan<byte> block)
    {
        var size = _target.Values.ElementSize;
        for (var i = 0; i < block.Length; i += size)
        {
            var offset = _order.Read(block[i..], size);
            if (offset > _lastOffset)
            {
                (_lastOffset, _lastIndex) = (offset, _index);
            }

            _index++;
        }

        _remaining -= (ulong)(block.Length / size);
        if (_remaining > 0)
        {
            ExpectOffsets();
            return;
        }

        OnLastOffset(_lastOffset, _lastIndex, _target.ByteCounts);
        SeekNext();
    }

    private void OnLastOffset(ulong offset, ulong index, in TiffEntry byteCounts)
    {
        if (offset == 0)
        {
            return;
        }

        Require(offset, 1);
        if (byteCounts.InlineValue(index) is { } count)
        {
            Require(offset, count);
        }
        else if (byteCounts is { IsInteger: true, IsInline: false } && index < byteCounts.Count)
        {
            var place = byteCounts.Offset + ((UInt128)index * (uint)byteCounts.ElementSize);
            if (place < ulong.MaxValue)
            {
                Add((ulong)place, new TiffTarget(TiffTargetKind.ByteCount, byteCounts, StripOffset: offset));
            }
        }
    }

    private void Require(ulong offset, ulong length) =>
        _requiredLength = Math.Max(_requiredLength, (ulong)UInt128.Min((UInt128)offset + length, ulong.MaxValue));

    private void Add(ulong offset, TiffTarget target) => _targets.Enqueue(target, offset);

    /// <summary>Goes to the nearest thing to read that has not gone past, or to the end of the file.</summary>
    private void SeekNext()
    {
        while (_targets.TryDequeue(out _target, out var offset))
        {
            if (offset >= (ulong)Position)
            {
                _state = State.Seek;
                Skip((long)Math.Min(offset - (ulong)Position, long.MaxValue));
                return;
            }

            // Overlaid by what was read before it.
            if (_target.Kind == TiffTargetKind.Directory)
            {
                _lostPages = true;
                Frames = null;
            }
        }

        _state = State.Rest;
        Skip(long.MaxValue);
    }

    private void Expect(State state, int count)
    {
        _state = state;
        Read(count);
    }
}
