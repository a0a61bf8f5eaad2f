/**
 * Yes and no in many languages, separated by commas. The first of each is the word that Unicode gives for the language
 * (CLDR 48, `posix/messages/yesstr` and `nostr`, under the Unicode License v3), where it has one; the others are everyday
 * ways to say it, and spellings without accents where people write so.
 *
 * Left out is whatever means the opposite in another language, or something else as well: the Luxembourgish "jo" (no in
 * Albanian), the Uzbek "ha" (a laugh), the Vietnamese "co" ("what?" in Polish).
 */
export const YES_AND_NO: readonly { language: string; yes: string; no: string }[] = [
  { language: 'af', yes: 'ja', no: 'nee' },
  { language: 'am', yes: 'አዎን, አዎ, እሺ', no: 'አይ, አይደለም, አይሆንም' },
  {
    language: 'ar',
    yes: 'نعم, أجل, اجل, ايوه, أيوه, ايوا, تمام, موافق, موافقة, أوافق, اوافق, طبعا, طبعًا, أكيد, اكيد, حسنا, حسنًا, اوكي, أوكي',
    no: 'لا, لأ, كلا, لا شكرا, لا شكرًا, لا أوافق, لا اوافق, غير موافق, غير موافقة, مرفوض, أبدا, ابدا',
  },
  { language: 'az', yes: 'hə, bəli, oldu', no: 'yox, xeyr' },
  { language: 'be', yes: 'так, добра', no: 'не, ні' },
  {
    language: 'bg',
    yes: 'да, добре, разбира се, съгласен, съгласна, одобрено',
    no: 'не, не благодаря, отказано',
  },
  { language: 'bn', yes: 'হ্যাঁ, জি, ঠিক আছে', no: 'না' },
  {
    language: 'bs',
    yes: 'da, naravno, može, moze, u redu, slažem se, odobreno',
    no: 'ne, ne hvala, odbijeno',
  },
  { language: 'ca', yes: "sí, si, d'acord", no: 'no, no gràcies' },
  {
    language: 'cs',
    yes: 'ano, jasně, jasne, určitě, dobře, souhlasím, schvaluji, schváleno',
    no: 'ne, ne děkuji, ne díky, nesouhlasím, neschvaluji, zamítnuto',
  },
  { language: 'cy', yes: 'ie, ydw', no: 'na, nage' },
  { language: 'da', yes: 'ja, ja tak, jep, selvfølgelig, godkendt', no: 'nej, nej tak, afvist' },
  {
    language: 'de',
    yes: 'ja, ja bitte, ja gerne, ja gern, jap, jawohl, klar, na klar, gerne, gern, in Ordnung, einverstanden, genehmigt, freigegeben, passt',
    no: 'nein, nein danke, nee, nö, noe, auf keinen Fall, lieber nicht, abgelehnt, nicht genehmigt',
  },
  {
    language: 'el',
    yes: 'ναι, εντάξει, ενταξει, βέβαια, φυσικά, σύμφωνοι, συμφωνώ, εγκρίνω, εγκρίνεται',
    no: 'όχι, οχι, όχι ευχαριστώ, διαφωνώ, απορρίπτεται',
  },
  {
    language: 'en',
    yes: 'yes, y, yes please, yep, yeah, yup, ok, okay, okey, okey dokey, sure, sure thing, of course, absolutely, definitely, agreed, I agree, approve, approved, I approve, accept, accepted, confirm, confirmed, go ahead, yes go ahead, ok go ahead, go for it, do it, yes do it, ok do it, please do, yes please do, fine, fine by me, sounds good',
    no: "no, n, no thanks, no thank you, no way, nope, nah, never, don't, dont, do not, don't do it, do not do it, no don't, reject, rejected, decline, declined, deny, denied, refuse, refused, disapprove, not approved, I disagree, absolutely not, stop, cancel",
  },
  { language: 'eo', yes: 'jes, bone', no: 'ne, ne dankon' },
  {
    language: 'es',
    yes: 'sí, si, sí por favor, si por favor, sí claro, si claro, claro, claro que sí, claro que si, vale, dale, de acuerdo, por supuesto, adelante, acepto, apruebo, aprobado, confirmo, confirmado',
    no: 'no, no gracias, para nada, ni hablar, rechazo, rechazado, denegado',
  },
  { language: 'et', yes: 'jah, jaa, muidugi, nõus', no: 'ei, ei aitäh' },
  { language: 'eu', yes: 'bai, ados', no: 'ez, ez eskerrik asko' },
  { language: 'fa', yes: 'بله, آری, آره, اره, باشه, حتما, موافقم, تایید', no: 'نه, خیر, نه ممنون, مخالفم' },
  {
    language: 'fi',
    yes: 'kyllä, kylla, joo, juu, kyllä kiitos, selvä, sopii, hyväksytty',
    no: 'ei, ei kiitos, hylätty',
  },
  { language: 'fil', yes: 'oo, opo, sige, sige po', no: 'hindi, hindi po, huwag, wag' },
  {
    language: 'fr',
    yes: "oui, oui s'il te plaît, oui s'il vous plaît, ouais, d'accord, bien sûr, bien sur, vas-y, allez-y, j'accepte, j'approuve, approuvé, confirmé",
    no: "non, non merci, nan, pas question, jamais, je refuse, refusé, pas d'accord",
  },
  { language: 'ga', yes: 'tá, sea', no: 'níl, ní hea' },
  { language: 'gl', yes: 'si, de acordo', no: 'non, non grazas' },
  { language: 'gu', yes: 'હા, ઠીક છે', no: 'નહીં, ના' },
  {
    language: 'he',
    yes: 'כן, בסדר, אוקיי, אוקי, בטח, סבבה, מאשר, מאשרת, מאושר',
    no: 'לא, לא תודה, לא מאשר, לא מאשרת',
  },
  {
    language: 'hi',
    yes: 'हाँ, हां, जी हाँ, जी हां, ठीक है, haan, theek hai, thik hai',
    no: 'नहीं, नही, जी नहीं, nahi, nahin',
  },
  {
    language: 'hr',
    yes: 'da, naravno, može, moze, u redu, slažem se, odobreno',
    no: 'ne, ne hvala, odbijeno',
  },
  {
    language: 'hu',
    yes: 'igen, igen kérem, persze, rendben, oké, egyetértek, jóváhagyva',
    no: 'nem, nem köszönöm, elutasítva',
  },
  { language: 'hy', yes: 'այո, հա, լավ', no: 'ոչ, չէ' },
  {
    language: 'id',
    yes: 'ya, iya, oke, baik, boleh, tentu, setuju',
    no: 'tidak, tidak terima kasih, nggak, enggak, gak, jangan, tidak setuju',
  },
  { language: 'ig', yes: 'eye, ee', no: 'mba' },
  { language: 'is', yes: 'já, jú', no: 'nei, nei takk' },
  {
    language: 'it',
    yes: "sì, si, sì grazie, si grazie, certo, certamente, va bene, d'accordo, volentieri, accetto, approvo, approvato, confermo, confermato, procedi, procedete",
    no: 'no, no grazie, assolutamente no, mai, rifiuto, rifiutato, negato',
  },
  {
    language: 'ja',
    yes: 'はい, ええ, うん, いいよ, いいですよ, オッケー, 了解, 了解です, お願いします, はい お願いします, 承認, 承認します, 賛成, 賛成です',
    no: 'いいえ, いや, ううん, だめ, ダメ, 駄目, だめです, ダメです, やめて, 却下, 却下します, 反対, 反対です, 結構です',
  },
  { language: 'ka', yes: 'კი, ხო, დიახ, კარგი', no: 'არა' },
  { language: 'kk', yes: 'иә, ия, жарайды, әрине', no: 'жоқ' },
  { language: 'km', yes: 'បាទ, ចាស', no: 'ទេ' },
  { language: 'kn', yes: 'ಹೌದು, ಸರಿ', no: 'ಇಲ್ಲ, ಬೇಡ' },
  {
    language: 'ko',
    yes: '예, 네, 넵, 응, 그래, 그래요, 좋아, 좋아요, 알겠습니다, 오케이, 승인, 승인합니다, 동의, 동의합니다',
    no: '아니요, 아니오, 아뇨, 아니, 안돼, 안돼요, 싫어, 싫어요, 거절, 거절합니다, 반대, 반대합니다',
  },
  { language: 'ky', yes: 'ооба, макул', no: 'жок' },
  { language: 'lt', yes: 'taip, gerai, žinoma, sutinku', no: 'ne, ne ačiū, nesutinku' },
  { language: 'lv', yes: 'jā, labi, protams, piekrītu', no: 'nē, nē paldies' },
  { language: 'mg', yes: 'eny', no: 'tsia' },
  { language: 'mk', yes: 'да, добро, во ред, се согласувам', no: 'не, не благодарам' },
  { language: 'ml', yes: 'ഉവ്വ്, അതെ, ശരി', no: 'അല്ല, ഇല്ല, വേണ്ട' },
  { language: 'mn', yes: 'тийм, болно', no: 'үгүй' },
  { language: 'mr', yes: 'होय, हो, ठीक आहे', no: 'नाही, नको' },
  { language: 'ms', yes: 'ya, baik, boleh, setuju', no: 'tidak, tak nak, jangan' },
  { language: 'mt', yes: 'iva', no: 'le' },
  { language: 'my', yes: 'ဟုတ်ကဲ့, ဟုတ်, ရပါတယ်', no: 'မဟုတ်ဘူး, မဟုတ်, မရဘူး' },
  { language: 'nb', yes: 'ja, ja takk, jepp, selvfølgelig, godkjent', no: 'nei, nei takk, avvist' },
  { language: 'ne', yes: 'हो, हुन्छ', no: 'होइन, हुँदैन' },
  {
    language: 'nl',
    yes: 'ja, ja graag, jawel, zeker, prima, akkoord, is goed, goedgekeurd',
    no: 'nee, nee bedankt, nee dank je, neen, afgewezen, niet akkoord',
  },
  { language: 'pa', yes: 'ਹਾਂ, ਠੀਕ ਹੈ', no: 'ਨਹੀਂ' },
  {
    language: 'pl',
    yes: 'tak, tak proszę, jasne, pewnie, dobrze, zgoda, oczywiście, zgadzam się, zatwierdzam, zatwierdzone',
    no: 'nie, nie dziękuję, nie zgadzam się, odrzucam, odrzucone',
  },
  { language: 'ps', yes: 'هو, سمه ده', no: 'نه' },
  {
    language: 'pt',
    yes: 'sim, sim por favor, claro, claro que sim, com certeza, tá bom, ta bom, está bem, de acordo, aceito, aprovo, aprovado, confirmo, confirmado, pode fazer',
    no: 'não, nao, não obrigado, não obrigada, nao obrigado, nao obrigada, de jeito nenhum, recuso, recusado, negado, reprovado',
  },
  {
    language: 'ro',
    yes: 'da, da te rog, sigur, desigur, bine, de acord, sunt de acord, aprob, aprobat',
    no: 'nu, nu mulțumesc, nu multumesc, nu sunt de acord, respins',
  },
  {
    language: 'ru',
    yes: 'да, ага, ок, окей, хорошо, конечно, давай, давайте, согласен, согласна, согласовано, одобряю, одобрено, подтверждаю',
    no: 'нет, неа, не надо, нет спасибо, не согласен, не согласна, отказ, отказано, отклонено',
  },
  { language: 'rw', yes: 'yego', no: 'oya' },
  { language: 'si', yes: 'ඔව්, හරි', no: 'නැත, නැහැ, නෑ, එපා' },
  {
    language: 'sk',
    yes: 'áno, ano, jasné, dobre, určite, súhlasím, schválené',
    no: 'nie, nie ďakujem, nesúhlasím, zamietnuté',
  },
  { language: 'sl', yes: 'da, v redu, seveda, velja, se strinjam, odobreno', no: 'ne, ne hvala, zavrnjeno' },
  { language: 'so', yes: 'haa, haah', no: 'maya' },
  { language: 'sq', yes: 'po, mirë, dakord, sigurisht', no: 'jo, jo faleminderit' },
  { language: 'sr', yes: 'да, наравно, може, у реду, слажем се, одобрено', no: 'не, не хвала, одбијено' },
  {
    language: 'sv',
    yes: 'ja, ja tack, japp, jadå, visst, absolut, okej, godkänt',
    no: 'nej, nej tack, nä, avslaget',
  },
  { language: 'sw', yes: 'ndiyo, ndio, sawa', no: 'hapana' },
  { language: 'ta', yes: 'ஆம், ஆமாம், சரி', no: 'இல்லை, வேண்டாம்' },
  { language: 'te', yes: 'అవును, సరే', no: 'వద్దు, కాదు' },
  {
    language: 'th',
    yes: 'ใช่, ใช่ครับ, ใช่ค่ะ, ได้, ได้ครับ, ได้ค่ะ, ตกลง, โอเค, อนุมัติ',
    no: 'ไม่ใช่, ไม่, ไม่ครับ, ไม่ค่ะ, ไม่ได้, ไม่เอา, ไม่อนุมัติ',
  },
  { language: 'tk', yes: 'hawa', no: 'ýok' },
  {
    language: 'tr',
    yes: 'evet, evet lütfen, tamam, olur, peki, tabii, tabii ki, elbette, onaylıyorum, onaylandı',
    no: 'hayır, hayir, hayır teşekkürler, olmaz, yok, onaylamıyorum, reddedildi',
  },
  {
    language: 'uk',
    yes: 'так, ага, добре, гаразд, звичайно, звісно, згоден, згодна, погоджую, схвалено',
    no: 'ні, ні дякую, не треба, не згоден, не згодна, відмова, відхилено',
  },
  { language: 'ur', yes: 'ہاں, جی ہاں, ٹھیک ہے', no: 'نہیں, جی نہیں' },
  { language: 'uz', yes: 'mayli, albatta', no: "yo‘q, yo'q, yoq" },
  {
    language: 'vi',
    yes: 'có, vâng, dạ, được, đồng ý',
    no: 'không, không cảm ơn, khong, ko, không được, không đồng ý',
  },
  { language: 'xh', yes: 'ewe', no: 'hayi' },
  { language: 'yo', yes: 'bẹ́ẹ̀ni, beeni', no: 'bẹ́ẹ̀kọ́, rara' },
  { language: 'yue', yes: '係, 得, 冇問題', no: '唔係, 唔得, 唔好' },
  {
    language: 'zh',
    yes: '确定, 是, 是的, 对, 好, 好的, 行, 可以, 没问题, 同意, 批准, 确认',
    no: '否定, 否, 不, 不是, 不行, 不好, 不要, 不用, 不可以, 不同意, 不批准, 拒绝',
  },
  { language: 'zh-Hant', yes: '是, 確定, 對, 沒問題, 批准, 確認', no: '否, 不, 不批准, 拒絕' },
  { language: 'zu', yes: 'yebo', no: 'cha' },
];

/** Emoji, as a message or as a reaction, without skin tones. */
export const YES_EMOJI: readonly string[] = ['👍', '✅', '✔', '☑', '👌', '🆗'];
export const NO_EMOJI: readonly string[] = ['👎', '❌', '✖', '🚫', '⛔'];
