using System.Xml.Linq;
using Artorizer.Infrastructure.Embedded.Files;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Artorizer.Infrastructure.Embedded;

/// <summary>The keys that callers' secrets are encrypted with, as files of the data directory that only its owner reads.</summary>
/// <param name="directory">Their folder; made with the first.</param>
internal sealed class SecretKeyFiles(string directory) : IXmlRepository
{
    private const string Extension = ".xml";

    public IReadOnlyCollection<XElement> GetAllElements() => Directory.Exists(directory)
        ? [.. Directory.EnumerateFiles(directory, "*" + Extension).Order(StringComparer.Ordinal).Select(path => XElement.Load(path))]
        : [];

    public void StoreElement(XElement element, string friendlyName)
    {
        DataDirectory.Create(directory);
        using var content = new MemoryStream();
        element.Save(content);
        DurableFile.WriteSecret(Path.Combine(directory, Guid.CreateVersion7().ToString("N") + Extension), content.ToArray());
    }
}
