using Microsoft.Playwright;

namespace Artorizer.BrowserTests.Studio;

/// <summary>A picture to send.</summary>
/// <param name="Title">What the page makes of its name.</param>
/// <param name="FileName">Its name.</param>
/// <param name="ContentType">Its media type.</param>
/// <param name="Bytes">Its content.</param>
/// <param name="Width">Pixels.</param>
/// <param name="Height">Pixels.</param>
public sealed record Picture(string Title, string FileName, string ContentType, byte[] Bytes, int Width, int Height)
{
    public FilePayload ToFile() => new() { Name = FileName, MimeType = ContentType, Buffer = Bytes };
}
