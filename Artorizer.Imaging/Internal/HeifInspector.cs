using System.Buffers.Binary;

namespace Artorizer.Imaging.Internal;

/// <summary>
/// AVIF and HEIF (ISO/IEC 14496-12 and 23008-12): top-level boxes to the very end, and within <c>meta</c> and <c>moov</c> the sizes, the number
/// of frames, and the places of the coded data, which must lie within the file. The size is that of the primary picture as shown, rotation
/// applied. Not checked: the coded data, and of a sequence with several chunks the length of the last one.
/// </summary>
internal sealed class HeifInspector : FormatInspector
{
    // Both boxes take a few kilobytes in real files; a sequence of 1,000 frames takes some 20 KiB.
    private const int MaxCapture = 1 << 20;

    private State _state;
    private uint _type;
    private bool _hasFileType;
    private bool _hasMeta;
    private bool _hasMovie;
    private bool _runsToEnd;
    private ulong _requiredLength;

    public HeifInspector(ImageFormat format, ImageLimits limits)
        : base(format, limits) => Expect(State.BoxHeader, 8);

    private enum State
    {
        BoxHeader,
        LargeSize,
        Captured,
        Passing,
    }

    protected override void OnBlock(ReadOnlySpan<byte> block)
    {
        switch (_state)
        {
            case State.BoxHeader:
                OnBoxHeader(block);
                break;

            case State.LargeSize:
                OnBoxLength((UInt128)BinaryPrimitives.ReadUInt64BigEndian(block) - 16, BinaryPrimitives.ReadUInt64BigEndian(block) >= 16);
                break;

            case State.Captured:
                OnCaptured(block);
                Expect(State.BoxHeader, 8);
                break;
        }
    }

    protected override void OnSkipped() => Expect(State.BoxHeader, 8);

    protected override void OnEnd()
    {
        var isAtBoundary = _runsToEnd || (_state == State.BoxHeader && IsBetweenBlocks);
        if (!isAtBoundary || _requiredLength > (ulong)Position)
        {
            FailTruncated();
        }
        else if (!_hasMeta && !_hasMovie)
        {
            FailMalformed("it describes no picture");
        }
        else if (_requiredLength == 0 && Width is null)
        {
            FailMalformed("it holds no picture");
        }
    }

    private void OnBoxHeader(ReadOnlySpan<byte> block)
    {
        var size = BinaryPrimitives.ReadUInt32BigEndian(block);
        _type = BinaryPrimitives.ReadUInt32BigEndian(block[4..]);
        if ((_type == BoxTypes.FileType) == _hasFileType)
        {
            FailMalformed("its boxes are in the wrong order");
            return;
        }

        _hasFileType = true;
        switch (size)
        {
            case 1:
                Expect(State.LargeSize, 8);
                break;

            // The last box may run to the end of the file; the boxes that must be read whole may not.
            case 0 when _type is not (BoxTypes.Meta or BoxTypes.Movie):
                _runsToEnd = true;
                _state = State.Passing;
                Skip(long.MaxValue);
                break;

            default:
                OnBoxLength((UInt128)size - 8, size >= 8);
                break;
        }
    }

    private void OnBoxLength(UInt128 length, bool isPossible)
    {
        if (!isPossible)
        {
            FailMalformed("a box has an impossible size");
        }
        else if (_type is not (BoxTypes.Meta or BoxTypes.Movie))
        {
            _state = State.Passing;
            Skip((long)UInt128.Min(length, long.MaxValue));
        }
        else if (_type == BoxTypes.Meta ? _hasMeta : _hasMovie)
        {
            FailMalformed("a box occurs twice");
        }
        else if (length == 0)
        {
            FailMalformed("a box is empty");
        }
        else if (length > MaxCapture)
        {
            FailUnsupported("its description is too long");
        }
        else
        {
            Expect(State.Captured, (int)length);
        }
    }

    private void OnCaptured(ReadOnlySpan<byte> block)
    {
        if (_type == BoxTypes.Meta)
        {
            _hasMeta = true;
            OnItems(HeifItems.Read(block));
        }
        else
        {
            _hasMovie = true;
            OnSequence(HeifSequence.Read(block));
        }
    }

    private void OnItems(HeifItems? items)
    {
        if (items is null)
        {
            FailMalformed("its description is wrong");
            return;
        }

        _requiredLength = Math.Max(_requiredLength, items.RequiredLength);
        if (items.Size is not { } size)
        {
            return;
        }

        BitsPerSample = items.BitsPerSample;
        HasAlpha = items.HasAlpha;
        Frames ??= 1;
        SetSize(size.Width, size.Height);
        if (items.LargestSize is { } largest)
        {
            CheckSize(largest.Width, largest.Height);
        }
    }

    private void OnSequence(HeifSequence? sequence)
    {
        if (sequence is null)
        {
            FailMalformed("its description is wrong");
            return;
        }

        _requiredLength = Math.Max(_requiredLength, sequence.RequiredLength);
        if (sequence.Frames == 0)
        {
            return;
        }

        SetFrames(sequence.Frames);
        if (Width is null)
        {
            SetSize(sequence.Size.Width, sequence.Size.Height);
        }
        else
        {
            CheckSize(sequence.Size.Width, sequence.Size.Height);
        }
    }

    private void Expect(State state, int count)
    {
        _state = state;
        Read(count);
    }
}
