namespace Artorizer.Imaging.Internal;

/// <summary>A place ahead in a TIFF file that is to be read when it flows past.</summary>
/// <param name="Kind">What is there.</param>
/// <param name="Values">The entry whose values are there, unless it is a directory.</param>
/// <param name="ByteCounts">For offsets: the entry with the lengths that belong to them.</param>
/// <param name="StripOffset">For a length: where its strip begins.</param>
internal readonly record struct TiffTarget(
    TiffTargetKind Kind, TiffEntry Values = default, TiffEntry ByteCounts = default, ulong StripOffset = 0);
