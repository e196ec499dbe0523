namespace Artorizer.Imaging.Internal;

/// <summary>Box types of ISO/IEC 14496-12 and 23008-12 as big-endian numbers.</summary>
internal static class BoxTypes
{
    public const uint FileType = 0x66747970; // ftyp
    public const uint Meta = 0x6D657461; // meta
    public const uint Movie = 0x6D6F6F76; // moov

    public const uint PrimaryItem = 0x7069746D; // pitm
    public const uint ItemLocation = 0x696C6F63; // iloc
    public const uint ItemProperties = 0x69707270; // iprp
    public const uint ItemPropertyContainer = 0x6970636F; // ipco
    public const uint ItemPropertyAssociation = 0x69706D61; // ipma
    public const uint ImageSpatialExtents = 0x69737065; // ispe
    public const uint ImageRotation = 0x69726F74; // irot
    public const uint PixelInformation = 0x70697869; // pixi
    public const uint AuxiliaryType = 0x61757843; // auxC

    public const uint Track = 0x7472616B; // trak
    public const uint TrackHeader = 0x746B6864; // tkhd
    public const uint Media = 0x6D646961; // mdia
    public const uint Handler = 0x68646C72; // hdlr
    public const uint MediaInformation = 0x6D696E66; // minf
    public const uint SampleTable = 0x7374626C; // stbl
    public const uint SampleSizes = 0x7374737A; // stsz
    public const uint CompactSampleSizes = 0x73747A32; // stz2
    public const uint ChunkOffsets = 0x7374636F; // stco
    public const uint LargeChunkOffsets = 0x636F3634; // co64

    public const uint PictureHandler = 0x70696374; // pict
}
