using Artorizer.Contracts.ProtectionRpc;

namespace Artorizer.Client.Transport;

/// <summary>Settings as the message of the gRPC API.</summary>
internal static class ProtectionMessages
{
    public static ProtectRequest ToMessage(ProtectionSettings settings, Uri? imageUrl)
    {
        var message = new ProtectRequest { ArtistName = settings.Artist, ArtworkTitle = settings.Title, Config = Config(settings) };
        message.Tags.AddRange(settings.Tags);
        Set(settings.Description, v => message.ArtworkDescription = v);
        Set(settings.CreationTime, v => message.ArtworkCreationTime = v);
        Set(settings.ExtraMetadata, v => message.ExtraMetadata = v);
        Set(settings.Via, v => message.Via = v);
        Set(settings.CallbackUrl?.AbsoluteUri, v => message.CallbackUrl = v);
        Set(settings.CallbackAuthToken, v => message.CallbackAuthToken = v);
        Set(imageUrl?.AbsoluteUri, v => message.ImageUrl = v);
        Set(settings.Priority, v => message.Priority = v);
        Set(settings.Force, v => message.Force = v);
        return message;
    }

    private static ProtectionConfig Config(ProtectionSettings settings)
    {
        var config = new ProtectionConfig { Watermark = Watermark(settings) };
        config.Processors.AddRange(settings.Processors);
        Set(settings.IncludeHashAnalysis, v => config.IncludeHashAnalysis = v);
        Set(settings.IncludeProtection, v => config.IncludeProtection = v);
        Set(settings.EnableFawkes, v => config.EnableFawkes = v);
        Set(settings.EnablePhotoguard, v => config.EnablePhotoguard = v);
        Set(settings.EnableMist, v => config.EnableMist = v);
        Set(settings.EnableNightshade, v => config.EnableNightshade = v);
        Set(settings.EnableSteganoEmbed, v => config.EnableSteganoEmbed = v);
        Set(settings.SteganoMessage, v => config.SteganoMessage = v);
        Set(settings.EnableC2paManifest, v => config.EnableC2PaManifest = v);
        Set(settings.MaxStageDimension, v => config.MaxStageDim = v);
        return config;
    }

    private static WatermarkConfig Watermark(ProtectionSettings settings)
    {
        var watermark = new WatermarkConfig();
        Set(settings.WatermarkStrategy, v => watermark.Strategy = v);
        Set(settings.WatermarkStrength, v => watermark.Strength = v);
        Set(settings.WatermarkText, v => watermark.Text = v);
        Set(settings.TreeRingFrequency, v => watermark.TreeRingFrequency = v);
        Set(settings.TreeRingAmplitude, v => watermark.TreeRingAmplitude = v);
        return watermark;
    }

    private static void Set(string? value, Action<string> assign)
    {
        if (value is not null)
        {
            assign(value);
        }
    }

    private static void Set<T>(T? value, Action<T> assign)
        where T : struct
    {
        if (value is { } given)
        {
            assign(given);
        }
    }
}
