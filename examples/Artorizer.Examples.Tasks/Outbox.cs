using System.Text;

namespace Artorizer.Examples.Tasks;

/// <summary>Writes messages to a folder, <c>Outbox</c> in the configuration, where a mail server would send them.</summary>
internal sealed class Outbox(IConfiguration configuration)
{
    private readonly string _folder = configuration["Outbox"] ?? "outbox";

    /// <summary>Called twice with one id, it leaves one message: a job may be delivered again after a crash.</summary>
    public async Task<SentEmail> SendAsync(string id, Email email, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(_folder);
        var message = Encoding.UTF8.GetBytes($"Message-ID: <{id}@artorizer>\r\nTo: {email.To}\r\nSubject: {email.Subject}\r\n\r\n{email.Body}\r\n");
        await File.WriteAllBytesAsync(Path.Combine(_folder, id + ".eml"), message, cancellationToken);
        return new SentEmail($"<{id}@artorizer>", message.Length);
    }
}
