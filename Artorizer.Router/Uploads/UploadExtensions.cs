using Artorizer.Jobs.Uploads;

namespace Artorizer.Router.Uploads;

/// <summary>Presigned, tus and WebSocket uploads.</summary>
internal static class UploadExtensions
{
    public static IServiceCollection AddUploads(this IServiceCollection services)
    {
        services.AddOptions<UploadOptions>().BindConfiguration(UploadOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<UploadStore>();
        services.AddSingleton<UploadSessions>();
        services.AddSingleton<OpenUploads>();
        services.AddSingleton<UploadIntake>();
        services.AddSingleton<UploadOriginals>();
        services.AddSingleton<UploadSubmission>();
        services.AddHostedService<UploadSweep>();
        return services;
    }
}
