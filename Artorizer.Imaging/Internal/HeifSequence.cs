namespace Artorizer.Imaging.Internal;

/// <summary>What the <c>moov</c> box of a HEIF or AVIF sequence says of its picture track (ISO/IEC 14496-12, 8.2 to 8.7).</summary>
internal sealed class HeifSequence
{
    /// <summary>Frames of the longest picture track; 0 if there is none.</summary>
    public uint Frames { get; private set; }

    /// <summary>Size of that track.</summary>
    public (uint Width, uint Height) Size { get; private set; }

    /// <summary>The least length of a file that holds the chunks pointed to.</summary>
    public ulong RequiredLength { get; private set; }

    /// <summary>Reads the content of a <c>moov</c> box.</summary>
    /// <returns><see langword="null"/> where it is malformed.</returns>
    public static HeifSequence? Read(ReadOnlySpan<byte> content)
    {
        var sequence = new HeifSequence();
        var movie = new BoxReader(content);
        while (movie.TryReadBox(out var type, out var box))
        {
            if (type == BoxTypes.Track && !sequence.ReadTrack(box))
            {
                return null;
            }
        }

        return movie.IsOverrun ? null : sequence;
    }

    private bool ReadTrack(ReadOnlySpan<byte> content)
    {
        var track = default(Track);
        if (!ReadBoxes(content, ref track))
        {
            return false;
        }

        if (track.HasChunks)
        {
            // The chunk that begins last holds all samples if it is the only one, and at least one byte otherwise.
            var end = (UInt128)track.LastChunk + (track.Chunks == 1 ? track.TotalSize : 1);
            RequiredLength = Math.Max(RequiredLength, (ulong)UInt128.Min(end, ulong.MaxValue));
        }

        if (track.IsPicture && track.Samples > Frames)
        {
            Frames = track.Samples;
            Size = track.Size;
        }

        return true;
    }

    // Depth is bounded: only the box types below are entered, and each of them one level deeper than its own kind allows to loop.
    private static bool ReadBoxes(ReadOnlySpan<byte> content, ref Track track, int depth = 0)
    {
        var reader = new BoxReader(content);
        while (reader.TryReadBox(out var type, out var box))
        {
            var inner = new BoxReader(box);
            switch (type)
            {
                case BoxTypes.Media or BoxTypes.MediaInformation or BoxTypes.SampleTable when depth < 3:
                    if (!ReadBoxes(box, ref track, depth + 1))
                    {
                        return false;
                    }

                    break;

                case BoxTypes.TrackHeader:
                    inner.Skip(inner.ReadVersion(out _) == 1 ? 84 : 72);
                    track.Size = (inner.ReadUInt32() >> 16, inner.ReadUInt32() >> 16);
                    break;

                // A handler for data references has the same type but lies in minf.
                case BoxTypes.Handler when depth == 1:
                    inner.Skip(8);
                    track.IsPicture = inner.ReadUInt32() == BoxTypes.PictureHandler;
                    break;

                case BoxTypes.SampleSizes:
                    ReadSampleSizes(ref inner, ref track);
                    break;

                case BoxTypes.CompactSampleSizes:
                    inner.Skip(8);
                    track.Samples = inner.ReadUInt32();
                    break;

                case BoxTypes.ChunkOffsets:
                    ReadChunkOffsets(ref inner, ref track, 4);
                    break;

                case BoxTypes.LargeChunkOffsets:
                    ReadChunkOffsets(ref inner, ref track, 8);
                    break;
            }

            if (inner.IsOverrun)
            {
                return false;
            }
        }

        return !reader.IsOverrun;
    }

    private static void ReadSampleSizes(ref BoxReader reader, ref Track track)
    {
        reader.Skip(4);
        var size = reader.ReadUInt32();
        track.Samples = reader.ReadUInt32();
        if (size != 0)
        {
            track.TotalSize = (ulong)size * track.Samples;
            return;
        }

        for (uint i = 0; i < track.Samples && !reader.IsOverrun; i++)
        {
            track.TotalSize += reader.ReadUInt32();
        }
    }

    private static void ReadChunkOffsets(ref BoxReader reader, ref Track track, int size)
    {
        reader.Skip(4);
        track.Chunks = reader.ReadUInt32();
        track.HasChunks = track.Chunks > 0;
        for (uint i = 0; i < track.Chunks && !reader.IsOverrun; i++)
        {
            track.LastChunk = Math.Max(track.LastChunk, reader.ReadSized(size));
        }
    }

    private struct Track
    {
        public bool IsPicture;
        public (uint Width, uint Height) Size;
        public uint Samples;
        public ulong TotalSize;
        public bool HasChunks;
        public uint Chunks;
        public ulong LastChunk;
    }
}
