using System.Globalization;

namespace Artorizer.Client.Transport;

/// <summary>An upload that outlives its connections, and with a record its process.</summary>
internal sealed class ResumableUpload
{
    private readonly string? _record;

    /// <param name="image">An image that can be read again.</param>
    /// <param name="record">File that names the upload, or <see langword="null"/>.</param>
    public ResumableUpload(ImageUpload image, string? record)
    {
        (Image, _record) = (image, record);
        if (record is not null && File.Exists(record) && File.ReadAllLines(record) is [var location, var length]
            && length == image.Length!.Value.ToString(CultureInfo.InvariantCulture))
        {
            Location = location;
        }
    }

    public ImageUpload Image { get; }

    /// <summary>Address on the server; <see langword="null"/> until it has begun.</summary>
    public string? Location { get; private set; }

    /// <summary>Bytes that the server has, as far as is known.</summary>
    public long Offset { get; set; }

    /// <summary>Whether a connection was lost since the server confirmed <see cref="Offset"/>.</summary>
    public bool IsStale { get; set; } = true;

    public string Id => Location![(Location!.LastIndexOf('/') + 1)..];

    public void Begin(string location)
    {
        (Location, Offset, IsStale) = (location, 0, false);
        if (_record is not null)
        {
            File.WriteAllLines(_record, [location, Image.Length!.Value.ToString(CultureInfo.InvariantCulture)]);
        }
    }

    /// <summary>There is nothing to go on with: it is done, or the server no longer has it.</summary>
    public void Forget()
    {
        Location = null;
        if (_record is not null)
        {
            File.Delete(_record);
        }
    }
}
