import type { Message } from '../../../../wire/baileys';
import { fromAda, madeInbound, type MadeInbound } from './made-inbound';

const sealed = { mediaKey: Buffer.alloc(32, 1), directPath: '/v/1', fileLength: 1234 };

/** A pressed button or an answered form, as WhatsApp sends it. */
const flow = (name: string, fields: object, body?: string): Message => ({
  interactiveResponseMessage: {
    body: body === undefined ? undefined : { text: body },
    nativeFlowResponseMessage: { name, paramsJson: JSON.stringify(fields) },
  },
});

describe('what businesses send, and what is answered', () => {
  let tools: MadeInbound;
  beforeEach(async () => void (tools = await madeInbound()));

  it.each<[string, Message, object]>([
    [
      'template',
      {
        templateMessage: {
          hydratedTemplate: {
            hydratedTitleText: 'Bank',
            hydratedContentText: 'Your code is 123456',
            hydratedFooterText: 'Do not share it',
            hydratedButtons: [
              { quickReplyButton: { displayText: 'OK' } },
              { urlButton: { displayText: 'Open', url: 'https://a.example' } },
              { callButton: { displayText: 'Call', phoneNumber: '+1' } },
            ],
          },
        },
      },
      { text: 'Bank\nYour code is 123456\nDo not share it\n- OK\n- Open: https://a.example\n- Call: +1' },
    ],
    [
      'template',
      { templateMessage: { hydratedFourRowTemplate: { hydratedContentText: 'Hi', imageMessage: sealed } } },
      { text: 'Hi', media: { mime: 'image/jpeg', filename: null, size: 1234, url: null } },
    ],
    [
      'template',
      { templateMessage: { interactiveMessageTemplate: { body: { text: 'Inside' } } } },
      { text: 'Inside' },
    ],
    [
      'template',
      { templateMessage: { fourRowTemplate: { content: { params: ['Ann', '9:00'] } } } },
      { text: 'Ann\n9:00' },
    ],
    [
      'template',
      {
        highlyStructuredMessage: { hydratedHsm: { hydratedTemplate: { hydratedContentText: 'Your order' } } },
      },
      { text: 'Your order' },
    ],
    [
      'template',
      { highlyStructuredMessage: { params: ['1'], localizableParams: [{ default: 'EUR 5' }] } },
      { text: 'EUR 5' },
    ],
    [
      'buttons',
      {
        buttonsMessage: {
          text: 'Lunch',
          contentText: 'When?',
          footerText: 'Bar',
          buttons: [{ buttonText: { displayText: 'One' } }, { buttonText: { displayText: 'Two' } }],
        },
      },
      { text: 'Lunch\nWhen?\nBar\n- One\n- Two' },
    ],
    [
      'list',
      {
        listMessage: {
          title: 'Menu',
          description: 'Choose',
          sections: [{ rows: [{ title: 'Pizza', description: '9 EUR' }, { title: 'Pasta' }] }],
        },
      },
      { text: 'Menu\nChoose\n- Pizza: 9 EUR\n- Pasta' },
    ],
    [
      'interactive',
      {
        interactiveMessage: {
          header: { title: 'Offer', imageMessage: sealed },
          body: { text: 'Today' },
          footer: { text: 'Shop' },
          nativeFlowMessage: {
            buttons: [
              { name: 'quick_reply', buttonParamsJson: '{"display_text":"Yes","id":"1"}' },
              { name: 'cta_url', buttonParamsJson: '{"display_text":"See","url":"https://a.example"}' },
              { name: 'cta_copy', buttonParamsJson: '{"display_text":"Copy","copy_code":"A1"}' },
              {
                name: 'single_select',
                buttonParamsJson:
                  '{"title":"More","sections":[{"rows":[{"title":"Red","description":"new"},{"title":"Blue"}]}]}',
              },
              { name: 'odd', buttonParamsJson: 'not JSON' },
            ],
          },
        },
      },
      {
        text: 'Offer\nToday\nShop\n- Yes\n- See: https://a.example\n- Copy: A1\n- Red: new\n- Blue',
        media: { mime: 'image/jpeg', filename: null, size: 1234, url: null },
      },
    ],
    [
      'interactive',
      {
        interactiveMessage: {
          body: { text: 'Two cards' },
          carouselMessage: {
            cards: [{ header: { title: 'A' }, body: { text: 'a' } }, { body: { text: 'b' } }],
          },
        },
      },
      { text: 'Two cards\nA\na\nb' },
    ],
    ['button_reply', flow('menu_options', { id: 'tue' }), { text: 'tue' }],
    ['button_reply', flow('quick_reply', { id: 'tue' }, 'Tuesday'), { text: 'Tuesday' }],
    [
      'form_reply',
      flow('flow', {
        flow_token: 'x',
        screen_0_First_name_0: 'Ann',
        dates: ['mon', 'tue'],
        pets: { cat: 1 },
      }),
      {
        text: 'First name: Ann\ndates: mon, tue\npets: {"cat":1}',
        form: { screen_0_First_name_0: 'Ann', dates: ['mon', 'tue'], pets: { cat: 1 } },
      },
    ],
    ['form_reply', flow('flow', { name: 'Ann' }, 'Sent'), { text: 'name: Ann', form: { name: 'Ann' } }],
  ])('%s: %j', async (type, message, expected) => {
    expect(await fromAda(tools, message)).toMatchObject({ kind: 'message', type, ...expected });
  });
});
