using NetVips;

namespace Artorizer.Processor.Images;

/// <summary>What of a file is to be opened.</summary>
/// <param name="Path">The file.</param>
/// <param name="Page">The first frame or page, from 0.</param>
/// <param name="Count">How many from there on; -1 for all.</param>
/// <param name="FailOn">
/// What is an error. A JPEG decoder makes grey of a picture that ends in the middle, or has wrong bits in it, and only warns; the other
/// decoders fail.
/// </param>
internal readonly record struct OpenRequest(string Path, int Page = 0, int Count = 1, Enums.FailOn FailOn = Enums.FailOn.Warning);
