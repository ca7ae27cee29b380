/** The word for "password" in PAM's translations and on devices. */
const password =
  /pass\s?(?:word|wort)|passord|mot de passe|contraseña|senha|пароль|hasło|wachtwoord|l[öo]senord|adgangskode|salasana|heslo|jelsz[óo]|parol|şifre|mật khẩu|密[码碼]|口令|パスワード|암호|비밀번호/iu;

/** Words of questions that contain "password" but ask for something else. */
const other = /one.?time|\botp\b|token|code|verif|\bnew\b|again|re-?type|repeat|\bpin\b|change/iu;

/** Whether a question of the server's (RFC 4256) is one for the account's password. */
export function asksForPassword({ prompt, echo }: { prompt: string; echo: boolean }): boolean {
  return !echo && password.test(prompt) && !other.test(prompt);
}
