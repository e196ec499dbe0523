using System.Buffers.Binary;

namespace Artorizer.Imaging.Internal;

/// <summary>
/// GIF 87a and 89a (CompuServe, "Graphics Interchange Format, Version 89a", 1990): blocks and sub-blocks down to the trailer, frames counted.
/// Not checked: the LZW data.
/// </summary>
internal sealed class GifInspector : FormatInspector
{
    private const byte Extension = 0x21;
    private const byte Image = 0x2C;
    private const byte Trailer = 0x3B;
    private const byte GraphicControl = 0xF9;

    private State _state;
    private byte _extensionLabel;
    private bool _inImage;
    private bool _imageHasData;
    private long _images;

    public GifInspector(ImageLimits limits)
        : base(ImageFormats.Gif, limits) => Expect(State.Screen, 13);

    private enum State
    {
        Screen,
        GlobalColors,
        Introducer,
        ExtensionLabel,
        ImageDescriptor,
        LocalColors,
        CodeSize,
        SubBlockLength,
        SubBlock,
        ControlBlock,
    }

    protected override void OnBlock(ReadOnlySpan<byte> block)
    {
        switch (_state)
        {
            case State.Screen:
                OnScreen(block);
                break;

            case State.Introducer:
                OnIntroducer(block[0]);
                break;

            case State.ExtensionLabel:
                _extensionLabel = block[0];
                _inImage = false;
                Expect(State.SubBlockLength, 1);
                break;

            case State.ImageDescriptor:
                OnImageDescriptor(block);
                break;

            // Twelve bits are the longest code, and the first codes are one bit longer than this.
            case State.CodeSize when block[0] is < 1 or > 11:
                FailMalformed("a frame's code size is impossible");
                break;

            case State.CodeSize:
                Expect(State.SubBlockLength, 1);
                break;

            case State.SubBlockLength:
                OnSubBlockLength(block[0]);
                break;

            case State.ControlBlock:
                HasAlpha |= (block[0] & 1) != 0;
                Expect(State.SubBlockLength, 1);
                break;
        }
    }

    protected override void OnSkipped()
    {
        switch (_state)
        {
            case State.GlobalColors:
                Expect(State.Introducer, 1);
                break;

            case State.LocalColors:
                Expect(State.CodeSize, 1);
                break;

            default:
                Expect(State.SubBlockLength, 1);
                break;
        }
    }

    private void OnScreen(ReadOnlySpan<byte> block)
    {
        BitsPerSample = 8;
        HasAlpha = false;
        var width = BinaryPrimitives.ReadUInt16LittleEndian(block[6..]);
        var height = BinaryPrimitives.ReadUInt16LittleEndian(block[8..]);

        // Old writers leave the screen at 0 × 0 and mean the size of the first frame.
        if (width > 0 && height > 0)
        {
            SetSize(width, height);
        }

        SkipColors(State.GlobalColors, block[10]);
    }

    private void OnIntroducer(byte introducer)
    {
        switch (introducer)
        {
            case Extension:
                Expect(State.ExtensionLabel, 1);
                break;

            case Image:
                Expect(State.ImageDescriptor, 9);
                break;

            case Trailer when _images > 0:
                Finish();
                break;

            case Trailer:
                FailMalformed("it holds no picture");
                break;

            default:
                FailMalformed("an unknown block occurs");
                break;
        }
    }

    private void OnImageDescriptor(ReadOnlySpan<byte> block)
    {
        SetFrames(++_images);
        var width = BinaryPrimitives.ReadUInt16LittleEndian(block[4..]);
        var height = BinaryPrimitives.ReadUInt16LittleEndian(block[6..]);
        CheckSize(width, height);

        // A frame may stick out of the screen; decoders then enlarge the screen to the first frame, or clip.
        if (_images == 1)
        {
            var right = BinaryPrimitives.ReadUInt16LittleEndian(block) + width;
            var bottom = BinaryPrimitives.ReadUInt16LittleEndian(block[2..]) + height;
            SetSize((ulong)Math.Max(right, Width ?? 0), (ulong)Math.Max(bottom, Height ?? 0));
        }

        _inImage = true;
        _imageHasData = false;
        SkipColors(State.LocalColors, block[8]);
    }

    private void OnSubBlockLength(byte length)
    {
        if (length == 0)
        {
            if (_inImage && !_imageHasData)
            {
                FailMalformed("a frame is empty");
                return;
            }

            Expect(State.Introducer, 1);
            return;
        }

        _imageHasData = true;
        if (!_inImage && _extensionLabel == GraphicControl && length == 4)
        {
            Expect(State.ControlBlock, 4);
            return;
        }

        _state = State.SubBlock;
        Skip(length);
    }

    private void SkipColors(State state, byte flags)
    {
        _state = state;
        Skip((flags & 0x80) == 0 ? 0 : 3 << ((flags & 7) + 1));
    }

    private void Expect(State state, int count)
    {
        _state = state;
        Read(count);
    }
}
