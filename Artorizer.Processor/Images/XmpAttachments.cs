using System.Text;
using System.Xml;
using System.Xml.Linq;

namespace Artorizer.Processor.Images;

/// <summary>
/// Takes out of an XMP packet what announces data outside of it that are not delivered: a gain map (Ultra HDR Image Format 1.1; Apple's
/// HDRGainMap), pictures and videos behind the end of the picture (Google's Container, Motion Photo), and the rest of a packet that was too
/// long for one segment of a JPEG (XMP specification part 3, §1.1.3.1). Readers that trust it would look for what is not there, or show the
/// picture wrongly. Everything else in the packet stays.
/// </summary>
internal static class XmpAttachments
{
    private const string GainMap = "The gain map for HDR screens, and the XMP that announces it, are not in the delivered file.";
    private const string Appended = "Pictures or videos behind the picture, and the XMP that announces them, are not in the delivered file.";
    private const string Unreadable = "The XMP announces data that are not in the delivered file, is not valid XML, and was left out.";

    // Whether there was such a part, LostMetadata says.
    private const string? Silent = null;

    private static readonly (string Namespace, string? Sentence)[] Announcing =
    [
        ("http://ns.adobe.com/hdr-gain-map/1.0/", GainMap),
        ("http://ns.apple.com/HDRGainMap/1.0/", GainMap),
        ("http://ns.google.com/photos/1.0/container/", Appended),
        ("http://ns.google.com/photos/1.0/container/item/", Appended),
        ("http://ns.google.com/photos/1.0/camera/", Appended),
        ("http://ns.adobe.com/xmp/note/", Silent),
    ];

    private static readonly XNamespace Rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#";

    /// <summary>The packet without announcements, empty if nothing else was in it, and what was taken out, as sentences for its owner.</summary>
    public static (byte[] Packet, IReadOnlyList<string> Dropped) Remove(byte[] packet)
    {
        var text = Encoding.UTF8.GetString(packet);
        if (!Announcing.Any(entry => text.Contains(entry.Namespace, StringComparison.Ordinal)))
        {
            return (packet, []);
        }

        if (Parse(text) is not { } document)
        {
            return ([], [Unreadable]);
        }

        var dropped = RemoveFrom(document);
        return SaysAnything(document) ? (Encoding.UTF8.GetBytes(document.ToString(SaveOptions.DisableFormatting)), dropped)
            : ([], dropped);
    }

    private static XDocument? Parse(string text)
    {
        try
        {
            using var reader = XmlReader.Create(
                new StringReader(text.Trim('\0', '\uFEFF')), new XmlReaderSettings { DtdProcessing = DtdProcessing.Prohibit });
            return XDocument.Load(reader, LoadOptions.PreserveWhitespace);
        }
        catch (XmlException)
        {
            return null;
        }
    }

    private static List<string> RemoveFrom(XDocument document)
    {
        var dropped = new List<string>();
        foreach (var (name, sentence) in Announcing)
        {
            XObject[] announcements =
            [
                .. document.Descendants().Attributes().Where(attribute => attribute.Name.NamespaceName == name),
                .. document.Descendants().Where(element => element.Name.NamespaceName == name),
            ];
            foreach (var announcement in announcements)
            {
                Remove(announcement);
            }

            document.Descendants().Attributes().Where(attribute => attribute.IsNamespaceDeclaration && attribute.Value == name).Remove();
            if (announcements.Length > 0 && sentence is not null && !dropped.Contains(sentence))
            {
                dropped.Add(sentence);
            }
        }

        // A gain map is listed among the pictures behind the end, too; once is enough.
        if (dropped.Contains(GainMap))
        {
            dropped.Remove(Appended);
        }

        return dropped;
    }

    private static void Remove(XObject announcement)
    {
        switch (announcement)
        {
            case XAttribute attribute:
                attribute.Remove();
                break;
            case XElement { Parent: not null } element:
                element.Remove();
                break;
        }
    }

    private static bool SaysAnything(XDocument document) => document.Descendants(Rdf + "Description").Any(description =>
        description.HasElements || description.Attributes().Any(attribute => !attribute.IsNamespaceDeclaration && attribute.Name != Rdf + "about"));
}
